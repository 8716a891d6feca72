import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { BackupError } from '../errors.js';
import type { BackupStorage } from '../ports/backup-storage.js';
import type { StorageKey } from '../backup/storage-key.js';
import { StorageCheckFailure } from './storage-check.js';

export const MIB = 1_048_576;

/** Longest wait for what must happen soon after, in milliseconds. */
const SOON_MS = 2_000;

/** @throws StorageCheckFailure if the two differ */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new StorageCheckFailure(`${what}: ${shown(found)}, and not ${shown(expected)}`);
}

/** @throws StorageCheckFailure if it is not so */
export function expectThat(what: string, holds: boolean): void {
  if (!holds) throw new StorageCheckFailure(what);
}

/** @throws StorageCheckFailure unless the promise fails with that kind of error */
export async function expectKind(what: string, promise: Promise<unknown>, kind: string): Promise<void> {
  expectEqual(what, await kindOf(promise), kind);
}

/** @throws StorageCheckFailure unless the promise fails with that very error */
export async function expectSameError(
  what: string,
  promise: Promise<unknown>,
  expected: Error,
): Promise<void> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expectThat(what, outcome === expected);
}

/** Asks again until it is so. @throws StorageCheckFailure if it does not become so */
export async function expectSoon(what: string, holds: () => boolean): Promise<void> {
  const until = performance.now() + SOON_MS;
  while (!holds()) {
    if (performance.now() > until) throw new StorageCheckFailure(what);
    await new Promise(resolve => setImmediate(resolve));
  }
}

export async function expectNothingStored(storage: BackupStorage, key: StorageKey): Promise<void> {
  expectEqual(`stat of ${key}`, await storage.stat(key), null);
  expectEqual('the list', await listKeys(storage), []);
  await expectKind(`reading ${key}`, storage.read(key), 'not_found');
}

/** @throws StorageCheckFailure unless exactly these bytes are stored */
export async function expectStored(storage: BackupStorage, key: StorageKey, bytes: Buffer): Promise<void> {
  expectThat(`${key} reads as other bytes than were written`, (await readAll(storage, key)).equals(bytes));
}

export async function readAll(
  storage: BackupStorage,
  key: StorageKey,
  range?: { readonly start: number; readonly end?: number },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const stream: AsyncIterable<Uint8Array> = await storage.read(key, range);
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function listKeys(storage: BackupStorage, prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys.sort();
}

/** Bytes that differ along the way and by seed, so that a swapped or repeated block shows. */
export function patternBytes(size: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export async function* bodyOf(
  bytes: Buffer,
  chunkBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

export async function* inTurn(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function kindOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackupError) return error.kind;
    throw error;
  }
  return 'no error';
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
