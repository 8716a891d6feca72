import { checksum, MAX_MANIFEST_BYTES, readManifest } from '@satchel/archive';
import type { BackupId, BackupStorage, ChosenDestinations, StorageKey } from '@satchel/domain';
import { BackupError, manifestKey, throwIfCancelled, toBackupError } from '@satchel/domain';

/** A backup's stored form, the same wherever it is. */
export interface StoredForm {
  readonly backupId: BackupId;
  readonly file: StorageKey;
  readonly sizeBytes: number;
  readonly digest: string;
  /** Which destinations it belongs in. */
  readonly destinations: ChosenDestinations;
}

/** What a record of a copy says of the backup itself. */
export function factsOf(
  { backupId, file, sizeBytes, digest, destinations }: StoredForm,
  destination: string,
) {
  return { backupId, destination, file, sizeBytes, digest, destinations };
}

/** A source that cannot be copied from: another one may do. */
export class UselessSource extends Error {
  constructor(
    readonly problem: BackupError,
    /** Whether the bytes there are known not to be the backup's. */
    readonly damaged: boolean,
  ) {
    super(problem.message, { cause: problem });
  }
}

/**
 * Brings a backup from one storage to another: the archive first, read back and compared with what its manifest says, then
 * the manifest, with which it becomes a backup there. What stands in its place already is kept if it is whole, and
 * replaced only once the source has been read to its end and found right.
 *
 * @throws UselessSource if the source cannot be read or is not what it should be
 * @throws BackupError what the target throws
 */
export async function transferCopy(
  form: StoredForm,
  source: BackupStorage,
  target: BackupStorage,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { file } = form;
  const manifest = await fromSource(() => readManifestBytes(form, source, signal));
  if (!(await isWhole(form, target, signal))) {
    if ((await target.stat(file)) !== null) {
      const digest = await fromSource(() => storedDigest(source, file, signal));
      if (digest !== form.digest) throw notTheBackup(form);
      await target.remove(manifestKey(file));
      await target.remove(file);
    }
    await writeArchive(form, source, target, signal);
  }
  await writeManifest(manifestKey(file), manifest, target, signal);
}

/** @returns the digest of what is stored, which is read to its end */
export async function storedDigest(
  storage: BackupStorage,
  file: StorageKey,
  signal: AbortSignal | undefined,
): Promise<string> {
  const bytes = checksum(await storage.read(file, undefined, signal));
  for await (const _ of bytes) throwIfCancelled(signal);
  return bytes.digest();
}

/**
 * Reads a manifest's bytes and looks whether it is that backup's.
 *
 * @throws BackupError `invalid_backup` if it is not; what the storage throws
 */
export async function readManifestBytes(
  { backupId, file, digest }: StoredForm,
  storage: BackupStorage,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const key = manifestKey(file);
  const bytes = await readSmall(storage, key, signal);
  const { header, stored } = readManifest(bytes);
  if (header.backup.id === backupId && stored.digest === digest) return bytes;
  throw new BackupError('invalid_backup', `${key} describes another backup.`, { backupId, file });
}

async function isWhole(
  form: StoredForm,
  storage: BackupStorage,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if ((await storage.stat(form.file))?.sizeBytes !== form.sizeBytes) return false;
  return (await storedDigest(storage, form.file, signal)) === form.digest;
}

async function writeArchive(
  form: StoredForm,
  source: BackupStorage,
  target: BackupStorage,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { file } = form;
  let failure: unknown;
  const stream = checksum(await fromSource(() => source.read(file, undefined, signal)));
  async function* noted() {
    try {
      yield* stream;
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const stored = await target.write(file, noted(), signal).catch((thrown: unknown) => {
    throwIfCancelled(signal);
    throw failure === undefined || failure !== thrown ? thrown : useless(thrown);
  });
  if (stored.digest === form.digest) return;
  await target.remove(file);
  if (stream.digest() !== form.digest) throw notTheBackup(form);
  throw new BackupError(
    'system_error',
    `What was stored as ${file} is not what was written; it has been removed. Check that storage.`,
    { file },
  );
}

async function writeManifest(
  key: StorageKey,
  bytes: Buffer,
  target: BackupStorage,
  signal: AbortSignal | undefined,
): Promise<void> {
  if ((await target.stat(key)) !== null) {
    if ((await readSmall(target, key, signal)).equals(bytes)) return;
    await target.remove(key);
  }
  async function* body() {
    yield bytes;
  }
  await target.write(key, body(), signal);
}

async function readSmall(
  storage: BackupStorage,
  key: StorageKey,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: AsyncIterable<Uint8Array> = await storage.read(key, undefined, signal);
  for await (const chunk of stream) {
    size += chunk.length;
    // One byte more than allowed is enough for the reader to refuse it.
    if (size > MAX_MANIFEST_BYTES + 1) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function fromSource<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    throw useless(thrown);
  }
}

function useless(thrown: unknown): unknown {
  const problem = toBackupError(thrown);
  if (problem.kind === 'cancelled') return problem;
  return new UselessSource(problem, problem.kind === 'invalid_backup' || problem.kind === 'not_found');
}

function notTheBackup({ backupId, file }: StoredForm): UselessSource {
  const problem = new BackupError(
    'invalid_backup',
    `${file} is damaged there: its bytes are not those that its manifest was written for.`,
    { backupId, file },
  );
  return new UselessSource(problem, true);
}
