import { createHash } from 'node:crypto';
import { BackupError, type BackupStorage, type ObjectStat } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectBytes } from './collect-bytes.js';
import { kindOf } from './kind-of.js';

/** One empty storage of a test, and what the suite may look at behind its back. */
export interface StorageSubject {
  readonly storage: BackupStorage;
  /** Bytes that writes under way have brought to the storage's medium; left out where that is memory anyway. */
  bytesOnTheWay?(): Promise<number>;
  dispose(): Promise<void>;
}

const MIB = 1_048_576;

/** How far a storage may be behind the body that it is given, or ahead of the reader that it feeds. */
const MOST_HELD_BYTES = 8 * MIB;

const BAD_KEYS: Readonly<Record<string, string>> = {
  empty: '',
  'a dot': '.',
  'two dots': '..',
  'a path upwards': '../x',
  'a path': 'a/b',
  'an absolute path': '/etc/passwd',
  'a path with backslashes': '..\\x',
  'a NUL': 'a\0b',
  'a line feed': 'a\nb',
  'a leading dot': '.hidden',
  'half a character': 'a\ud800',
  'very long': 'x'.repeat(256),
  'very long in bytes': 'क'.repeat(86),
};

/**
 * What every `BackupStorage` must do; an adapter's spec calls it with a way to make one.
 *
 * @param open makes an empty storage of its own for each test
 */
export function describeBackupStorage(name: string, open: () => Promise<StorageSubject>): void {
  describe(`${name} keeps the contract of BackupStorage`, () => {
    let subject: StorageSubject;
    let storage: BackupStorage;

    beforeEach(async () => {
      subject = await open();
      storage = subject.storage;
    });
    afterEach(() => subject.dispose());

    const expectNothingStored = async (key: string): Promise<void> => {
      expect(await storage.stat(key)).toBeNull();
      expect(await listKeys(storage)).toEqual([]);
      expect(await kindOf(storage.read(key))).toBe('not_found');
    };

    describe('write', () => {
      it('stores exactly the bytes that it was given, and tells their size and digest', async () => {
        const bytes = patternBytes(100_003, 1);
        const stored = await storage.write('a.json', bodyOf(bytes, 4_099));
        expect(stored).toEqual({ key: 'a.json', sizeBytes: bytes.length, digest: digestOf(bytes) });
        expect((await collectBytes(await storage.read('a.json'))).equals(bytes)).toBe(true);
      });

      it.each([0, 1, 65_536, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])('stores %i bytes', async size => {
        const bytes = patternBytes(size, size);
        const stored = await storage.write('sized', bodyOf(bytes, 300_000));
        expect(stored.sizeBytes).toBe(size);
        expect(stored.digest).toBe(digestOf(bytes));
        expect((await collectBytes(await storage.read('sized'))).equals(bytes)).toBe(true);
      });

      it('stores a body without chunks, and one of empty chunks', async () => {
        await storage.write('none', bodyOf(Buffer.alloc(0), 1));
        await storage.write('empty', inTurn([new Uint8Array(0), new Uint8Array(0)]));
        expect((await storage.stat('none'))?.sizeBytes).toBe(0);
        expect((await collectBytes(await storage.read('empty'))).length).toBe(0);
      });

      it('takes chunks smaller and larger than its own blocks in one body', async () => {
        const sizes = [1, 2 * MIB, 0, 500_000, 700_000, MIB, 3, 5 * MIB, 7];
        const chunks = sizes.map((size, index) => patternBytes(size, index));
        await storage.write('mixed', inTurn(chunks));
        const stored = await collectBytes(await storage.read('mixed'));
        expect(stored.equals(Buffer.concat(chunks))).toBe(true);
      });

      it('is not fooled by a body that uses one buffer again and again', async () => {
        const buffer = Buffer.alloc(300_000);
        async function* body() {
          for (let value = 1; value <= 9; value++) yield buffer.fill(value);
        }
        await storage.write('reused', body());
        const stored = await collectBytes(await storage.read('reused'));
        const expected = Buffer.concat(Array.from({ length: 9 }, (_, i) => Buffer.alloc(300_000, i + 1)));
        expect(stored.equals(expected)).toBe(true);
      });

      it('shows nothing under the key until the whole body is stored', async () => {
        const seen: unknown[] = [];
        async function* body() {
          for (let i = 0; i < 3; i++) {
            yield patternBytes(2 * MIB, i);
            seen.push(await storage.stat('late'), ...(await listKeys(storage)));
          }
        }
        await storage.write('late', body());
        expect(seen).toEqual([null, null, null]);
        expect(await listKeys(storage)).toEqual(['late']);
      });

      it('asks for one chunk at a time, and the next only when the last has been dealt with', async () => {
        const total = 32;
        const chunk = patternBytes(MIB, 1);
        let waiting = 0;
        let atOnce = 0;
        let farthestBehind = 0;
        let given = 0;
        const body: AsyncIterable<Uint8Array> = {
          [Symbol.asyncIterator]: () => ({
            next: async () => {
              atOnce = Math.max(atOnce, ++waiting);
              const stored = subject.bytesOnTheWay ? await subject.bytesOnTheWay() : given * MIB;
              farthestBehind = Math.max(farthestBehind, given * MIB - stored);
              waiting--;
              return given++ < total ? { done: false, value: chunk } : { done: true, value: undefined };
            },
          }),
        };
        await storage.write('steady', body);
        expect((await storage.stat('steady'))?.sizeBytes).toBe(total * MIB);
        expect(atOnce).toBe(1);
        expect(farthestBehind).toBeLessThanOrEqual(MOST_HELD_BYTES);
      });

      it('leaves nothing of a body that fails half way, and hands on its error untouched', async () => {
        const failure = new Error('the database went away');
        async function* body() {
          yield patternBytes(3 * MIB, 1);
          throw failure;
        }
        await expect(storage.write('torn', body())).rejects.toBe(failure);
        await expectNothingStored('torn');
        expect((await subject.bytesOnTheWay?.()) ?? 0).toBe(0);
        await storage.write('torn', bodyOf(patternBytes(10, 1), 10));
        expect((await storage.stat('torn'))?.sizeBytes).toBe(10);
      });

      it('never overwrites: an existing key is a conflict, found before the body is read', async () => {
        const first = patternBytes(1_000, 1);
        await storage.write('kept', bodyOf(first, 100));
        let pulled = false;
        async function* body() {
          pulled = true;
          yield patternBytes(1_000, 2);
        }
        expect(await kindOf(storage.write('kept', body()))).toBe('conflict');
        expect(pulled).toBe(false);
        expect((await collectBytes(await storage.read('kept'))).equals(first)).toBe(true);
      });

      it('lets exactly one of several writers of the same key win', async () => {
        const bodies = Array.from({ length: 6 }, (_, index) => patternBytes(200_000 + index, index));
        const outcomes = await Promise.allSettled(
          bodies.map(bytes => storage.write('race', bodyOf(bytes, 50_000))),
        );
        const won = outcomes.filter(outcome => outcome.status === 'fulfilled');
        expect(won).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'conflict' });
        }
        const stored = await collectBytes(await storage.read('race'));
        expect(digestOf(stored)).toBe(won[0]?.value.digest);
        expect(await listKeys(storage)).toEqual(['race']);
      });

      it('writes several keys at the same time', async () => {
        const keys = ['one', 'two', 'three', 'four'];
        await Promise.all(
          keys.map((key, i) => storage.write(key, bodyOf(patternBytes(700_000 + i, i), 90_000))),
        );
        for (const [i, key] of keys.entries()) {
          const stored = await collectBytes(await storage.read(key));
          expect(stored.equals(patternBytes(700_000 + i, i))).toBe(true);
        }
      });
    });

    describe('an abort', () => {
      it('before the start stores nothing and does not read the body', async () => {
        let pulled = false;
        async function* body() {
          pulled = true;
          yield patternBytes(10, 1);
        }
        expect(await kindOf(storage.write('never', body(), AbortSignal.abort()))).toBe('cancelled');
        expect(pulled).toBe(false);
        await expectNothingStored('never');
      });

      it('half way stores nothing and lets the body clean up', async () => {
        const abort = new AbortController();
        let cleanedUp = false;
        async function* body() {
          try {
            yield patternBytes(2 * MIB, 1);
            abort.abort();
            yield patternBytes(2 * MIB, 2);
            yield patternBytes(2 * MIB, 3);
          } finally {
            cleanedUp = true;
          }
        }
        expect(await kindOf(storage.write('halved', body(), abort.signal))).toBe('cancelled');
        await expectNothingStored('halved');
        await expect.poll(() => cleanedUp).toBe(true);
        expect((await subject.bytesOnTheWay?.()) ?? 0).toBe(0);
      });

      it('ends a write whose body never yields again', async () => {
        const abort = new AbortController();
        async function* body() {
          yield patternBytes(2 * MIB, 1);
          setImmediate(() => abort.abort());
          await new Promise(() => undefined);
        }
        expect(await kindOf(storage.write('hung', body(), abort.signal))).toBe('cancelled');
        await expectNothingStored('hung');
      });

      it('hands on the reason if it is an error of ours', async () => {
        const reason = new BackupError('too_large', 'The backup is larger than the limit.');
        const abort = new AbortController();
        async function* body() {
          yield patternBytes(10, 1);
          abort.abort(reason);
          yield patternBytes(10, 1);
        }
        await expect(storage.write('limited', body(), abort.signal)).rejects.toBe(reason);
      });

      it('ends a read', async () => {
        await storage.write('long', bodyOf(patternBytes(20 * MIB, 1), MIB));
        const abort = new AbortController();
        const stream = await storage.read('long', undefined, abort.signal);
        const reading = (async () => {
          for await (const chunk of stream) if (chunk instanceof Uint8Array) abort.abort();
        })();
        expect(await kindOf(reading)).toBe('cancelled');
        expect(await kindOf(storage.read('long', undefined, abort.signal))).toBe('cancelled');
      });
    });

    describe('read', () => {
      it('of a missing key is not_found before the first byte', async () => {
        expect(await kindOf(storage.read('missing'))).toBe('not_found');
      });

      const bytes = patternBytes(700_001, 5);
      it.each([
        ['from the start', { start: 0, end: 9 }, 0, 10],
        ['one byte', { start: 700_000, end: 700_000 }, 700_000, 700_001],
        ['to the end', { start: 262_143 }, 262_143, 700_001],
        ['over the inner blocks', { start: 1, end: 600_000 }, 1, 600_001],
        ['with an end past the last byte', { start: 699_000, end: 9_999_999 }, 699_000, 700_001],
      ])('of a range gives its first and its last byte: %s', async (_, range, from, to) => {
        await storage.write('ranged', bodyOf(bytes, 100_000));
        const read = await collectBytes(await storage.read('ranged', range));
        expect(read.equals(bytes.subarray(from, to))).toBe(true);
      });

      it.each([
        { start: 700_001 },
        { start: -1 },
        { start: 5, end: 4 },
        { start: 0.5 },
        { start: Number.NaN },
      ])('refuses a range that holds no byte: %o', async range => {
        await storage.write('ranged', bodyOf(bytes, 100_000));
        expect(await kindOf(storage.read('ranged', range))).toBe('validation_error');
      });

      it('holds little of a large object that is not being taken', async () => {
        await storage.write('large', bodyOf(patternBytes(24 * MIB, 1), MIB));
        const stream = await storage.read('large');
        await new Promise(resolve => stream.once('readable', resolve));
        expect(stream.readableLength).toBeGreaterThan(0);
        expect(stream.readableLength).toBeLessThanOrEqual(MOST_HELD_BYTES);
        stream.destroy();
      });

      it('can be left at any moment, and done several times at once', async () => {
        await storage.write('shared', bodyOf(bytes, 100_000));
        (await storage.read('shared')).destroy();
        for await (const chunk of await storage.read('shared')) {
          expect(chunk).toBeInstanceOf(Uint8Array);
          break;
        }
        const all = await Promise.all(
          Array.from({ length: 4 }, async () => collectBytes(await storage.read('shared'))),
        );
        for (const read of all) expect(read.equals(bytes)).toBe(true);
      });
    });

    describe('stat, list and remove', () => {
      it('tell size and time of what is there, and null of what is not', async () => {
        await storage.write('a', bodyOf(patternBytes(12, 1), 5));
        const stat = await storage.stat('a');
        expect(stat).toMatchObject({ key: 'a', sizeBytes: 12 });
        expect(stat?.modifiedAt).toBeInstanceOf(Date);
        expect(await storage.stat('b')).toBeNull();
      });

      it('list every finished key once, by its beginning if asked', async () => {
        expect(await listKeys(storage)).toEqual([]);
        const keys = ['full_1.json', 'full_1.json.manifest.json', 'full_2.json', 'students_1.json'];
        for (const key of keys) await storage.write(key, bodyOf(Buffer.from(key), 3));
        expect(await listKeys(storage)).toEqual(keys);
        expect(await listKeys(storage, 'full_')).toEqual(keys.slice(0, 3));
        expect(await listKeys(storage, 'none')).toEqual([]);
        const stats: ObjectStat[] = [];
        for await (const stat of storage.list('full_2')) stats.push(stat);
        expect(stats).toEqual([await storage.stat('full_2.json')]);
      });

      it('remove a key, and succeed where there is none', async () => {
        await storage.write('gone', bodyOf(patternBytes(12, 1), 5));
        await storage.remove('gone');
        await expectNothingStored('gone');
        await storage.remove('gone');
        await storage.remove('never there');
        await storage.write('gone', bodyOf(patternBytes(13, 1), 5));
        expect((await storage.stat('gone'))?.sizeBytes).toBe(13);
      });

      it('list may be left early and used while keys are removed', async () => {
        for (let i = 0; i < 50; i++) await storage.write(`key_${i}`, bodyOf(Buffer.from('x'), 1));
        for await (const stat of storage.list()) {
          expect(stat.sizeBytes).toBe(1);
          break;
        }
        for await (const { key } of storage.list()) await storage.remove(key);
        expect(await listKeys(storage)).toEqual([]);
      });
    });

    describe('keys', () => {
      it.each([
        'school backup.json',
        'गुरुकुल_2026.json.zst',
        'übung-テスト.json',
        'a',
        'x'.repeat(255),
        'q"\'$(x)*?',
      ])('may be any one name: %s', async key => {
        await storage.write(key, bodyOf(Buffer.from(key), 7));
        expect(await listKeys(storage)).toEqual([key]);
        expect((await collectBytes(await storage.read(key))).toString()).toBe(key);
        await storage.remove(key);
        expect(await storage.stat(key)).toBeNull();
      });

      it.each(Object.entries(BAD_KEYS))('may not be %s', async (_, key) => {
        let pulled = false;
        async function* body() {
          pulled = true;
          yield Buffer.from('x');
        }
        expect(await kindOf(storage.write(key, body()))).toBe('validation_error');
        expect(await kindOf(storage.read(key))).toBe('validation_error');
        expect(await kindOf(storage.stat(key))).toBe('validation_error');
        expect(await kindOf(storage.remove(key))).toBe('validation_error');
        expect(pulled).toBe(false);
        expect(await listKeys(storage)).toEqual([]);
      });
    });
  });
}

async function listKeys(storage: BackupStorage, prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys.sort();
}

/** Bytes that differ along the way and by seed, so that a swapped or repeated block shows. */
function patternBytes(size: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

async function* bodyOf(bytes: Buffer, chunkBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function* inTurn(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
