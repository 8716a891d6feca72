import { BackupError } from '../errors.js';
import {
  bodyOf,
  digestOf,
  expectEqual,
  expectKind,
  expectNothingStored,
  expectSameError,
  expectSoon,
  expectStored,
  expectThat,
  inTurn,
  listKeys,
  MIB,
  patternBytes,
  readAll,
} from './expectations.js';
import type { CheckedStorage, StorageCheck } from './storage-check.js';

export const MOST_HELD_BYTES = 8 * MIB;

export const WRITE_CHECKS: readonly StorageCheck[] = [
  {
    name: 'write stores exactly the bytes that it was given, and tells their size and digest',
    run: async ({ storage }) => {
      const bytes = patternBytes(100_003, 1);
      const stored = await storage.write('a.json', bodyOf(bytes, 4_099));
      expectEqual('its answer', stored, { key: 'a.json', sizeBytes: bytes.length, digest: digestOf(bytes) });
      await expectStored(storage, 'a.json', bytes);
    },
  },
  ...[0, 1, 65_536, MIB - 1, MIB, MIB + 1, 3 * MIB + 17].map(size => ({
    name: `write stores ${size} bytes`,
    run: async ({ storage }: CheckedStorage) => {
      const bytes = patternBytes(size, size);
      const stored = await storage.write('sized', bodyOf(bytes, 300_000));
      expectEqual('its size', stored.sizeBytes, size);
      expectEqual('its digest', stored.digest, digestOf(bytes));
      await expectStored(storage, 'sized', bytes);
    },
  })),
  {
    name: 'write stores a body without chunks, and one of empty chunks',
    run: async ({ storage }) => {
      await storage.write('none', bodyOf(Buffer.alloc(0), 1));
      await storage.write('empty', inTurn([new Uint8Array(0), new Uint8Array(0)]));
      expectEqual('the size', (await storage.stat('none'))?.sizeBytes, 0);
      expectEqual('the bytes', (await readAll(storage, 'empty')).length, 0);
    },
  },
  {
    name: 'write takes chunks smaller and larger than its own blocks in one body',
    run: async ({ storage }) => {
      const sizes = [1, 2 * MIB, 0, 500_000, 700_000, MIB, 3, 5 * MIB, 7];
      const chunks = sizes.map((size, index) => patternBytes(size, index));
      await storage.write('mixed', inTurn(chunks));
      await expectStored(storage, 'mixed', Buffer.concat(chunks));
    },
  },
  {
    name: 'write is not fooled by a body that uses one buffer again and again',
    run: async ({ storage }) => {
      const buffer = Buffer.alloc(300_000);
      async function* body() {
        for (let value = 1; value <= 9; value++) yield buffer.fill(value);
      }
      await storage.write('reused', body());
      const parts = Array.from({ length: 9 }, (_, i) => Buffer.alloc(300_000, i + 1));
      await expectStored(storage, 'reused', Buffer.concat(parts));
    },
  },
  {
    name: 'write shows nothing under the key until the whole body is stored',
    run: async ({ storage }) => {
      const seen: unknown[] = [];
      async function* body() {
        for (let i = 0; i < 3; i++) {
          yield patternBytes(2 * MIB, i);
          seen.push(await storage.stat('late'), ...(await listKeys(storage)));
        }
      }
      await storage.write('late', body());
      expectEqual('what was seen meanwhile', seen, [null, null, null]);
      expectEqual('the list', await listKeys(storage), ['late']);
    },
  },
  {
    name: 'write asks for one chunk at a time, and does not run far ahead of what is stored',
    run: async ({ storage, bytesOnTheWay, mostHeldBytes = MOST_HELD_BYTES }) => {
      const total = mostHeldBytes / MIB + 24;
      const chunk = patternBytes(MIB, 1);
      let waiting = 0;
      let atOnce = 0;
      let farthestBehind = 0;
      let given = 0;
      const body: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            atOnce = Math.max(atOnce, ++waiting);
            const stored = bytesOnTheWay ? await bytesOnTheWay() : given * MIB;
            farthestBehind = Math.max(farthestBehind, given * MIB - stored);
            waiting--;
            return given++ < total ? { done: false, value: chunk } : { done: true, value: undefined };
          },
        }),
      };
      await storage.write('steady', body);
      expectEqual('its size', (await storage.stat('steady'))?.sizeBytes, total * MIB);
      expectEqual('chunks asked for at once', atOnce, 1);
      expectThat(`it holds ${farthestBehind} bytes`, farthestBehind <= mostHeldBytes);
    },
  },
  {
    name: 'write leaves nothing of a body that fails half way, and hands on its error untouched',
    run: async ({ storage, bytesOnTheWay }) => {
      const failure = new Error('the database went away');
      async function* body() {
        for (let i = 0; i < 12; i++) yield patternBytes(MIB, i);
        throw failure;
      }
      await expectSameError("the body's error is not handed on", storage.write('torn', body()), failure);
      await expectNothingStored(storage, 'torn');
      expectEqual('bytes left on the way', (await bytesOnTheWay?.()) ?? 0, 0);
      await storage.write('torn', bodyOf(patternBytes(10, 1), 10));
      expectEqual('the size of the second attempt', (await storage.stat('torn'))?.sizeBytes, 10);
    },
  },
  {
    name: 'write never overwrites: an existing key is a conflict, found before the body is read',
    run: async ({ storage }) => {
      const first = patternBytes(1_000, 1);
      await storage.write('kept', bodyOf(first, 100));
      let pulled = false;
      async function* body() {
        pulled = true;
        yield patternBytes(1_000, 2);
      }
      await expectKind('the second write', storage.write('kept', body()), 'conflict');
      expectThat('the second body was read', !pulled);
      await expectStored(storage, 'kept', first);
    },
  },
  {
    name: 'write lets exactly one of several writers of the same key win',
    run: async ({ storage }) => {
      const bodies = Array.from({ length: 6 }, (_, index) => patternBytes(200_000 + index, index));
      const outcomes = await Promise.allSettled(
        bodies.map(bytes => storage.write('race', bodyOf(bytes, 50_000))),
      );
      const won = outcomes.filter(outcome => outcome.status === 'fulfilled');
      expectEqual('how many have won', won.length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue;
        const { reason } = outcome as { readonly reason: unknown };
        const kind = reason instanceof BackupError ? reason.kind : String(reason);
        expectEqual('what a writer that lost is told', kind, 'conflict');
      }
      expectEqual('the digest', digestOf(await readAll(storage, 'race')), won[0]?.value.digest);
      expectEqual('the list', await listKeys(storage), ['race']);
    },
  },
  {
    name: 'write writes several keys at the same time',
    run: async ({ storage }) => {
      const keys = ['one', 'two', 'three', 'four'];
      await Promise.all(
        keys.map((key, i) => storage.write(key, bodyOf(patternBytes(700_000 + i, i), 90_000))),
      );
      for (const [i, key] of keys.entries()) {
        await expectStored(storage, key, patternBytes(700_000 + i, i));
      }
    },
  },
];

export const ABORT_CHECKS: readonly StorageCheck[] = [
  {
    name: 'an abort before the start stores nothing and does not read the body',
    run: async ({ storage }) => {
      let pulled = false;
      async function* body() {
        pulled = true;
        yield patternBytes(10, 1);
      }
      await expectKind('the write', storage.write('never', body(), AbortSignal.abort()), 'cancelled');
      expectThat('the body was read', !pulled);
      await expectNothingStored(storage, 'never');
    },
  },
  {
    name: 'an abort half way stores nothing and lets the body clean up',
    run: async ({ storage, bytesOnTheWay }) => {
      const abort = new AbortController();
      let cleanedUp = false;
      async function* body() {
        try {
          for (let i = 0; i < 12; i++) yield patternBytes(MIB, i);
          abort.abort();
          yield patternBytes(2 * MIB, 2);
          yield patternBytes(2 * MIB, 3);
        } finally {
          cleanedUp = true;
        }
      }
      await expectKind('the write', storage.write('halved', body(), abort.signal), 'cancelled');
      await expectNothingStored(storage, 'halved');
      await expectSoon('the body was not told that it is over', () => cleanedUp);
      expectEqual('bytes left on the way', (await bytesOnTheWay?.()) ?? 0, 0);
    },
  },
  {
    name: 'an abort ends a write whose body never yields again',
    run: async ({ storage }) => {
      const abort = new AbortController();
      async function* body() {
        yield patternBytes(2 * MIB, 1);
        setImmediate(() => abort.abort());
        await new Promise(() => undefined);
      }
      await expectKind('the write', storage.write('hung', body(), abort.signal), 'cancelled');
      await expectNothingStored(storage, 'hung');
    },
  },
  {
    name: 'an abort hands on its reason if that is an error of ours',
    run: async ({ storage }) => {
      const reason = new BackupError('too_large', 'The backup is larger than the limit.');
      const abort = new AbortController();
      async function* body() {
        yield patternBytes(10, 1);
        abort.abort(reason);
        yield patternBytes(10, 1);
      }
      await expectSameError(
        'the reason is not handed on',
        storage.write('limited', body(), abort.signal),
        reason,
      );
    },
  },
  {
    name: 'an abort ends a read',
    run: async ({ storage }) => {
      await storage.write('long', bodyOf(patternBytes(20 * MIB, 1), MIB));
      const abort = new AbortController();
      const stream: AsyncIterable<Uint8Array> = await storage.read('long', undefined, abort.signal);
      const reading = (async () => {
        for await (const chunk of stream) if (chunk.length > 0) abort.abort();
      })();
      await expectKind('the read under way', reading, 'cancelled');
      await expectKind('a read after it', storage.read('long', undefined, abort.signal), 'cancelled');
    },
  },
];
