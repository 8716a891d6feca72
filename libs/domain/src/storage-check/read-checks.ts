import type { ObjectStat } from '../ports/backup-storage.js';
import {
  bodyOf,
  expectEqual,
  expectKind,
  expectNothingStored,
  expectStored,
  expectThat,
  listKeys,
  MIB,
  patternBytes,
  readAll,
} from './expectations.js';
import type { CheckedStorage, StorageCheck } from './storage-check.js';
import { MOST_HELD_BYTES } from './write-checks.js';

const RANGED_BYTES = 700_001;

/** What is asked for, and which bytes that is: from the first up to, not including, the last. */
const RANGES = [
  { what: 'from the start', range: { start: 0, end: 9 }, from: 0, to: 10 },
  { what: 'one byte', range: { start: 700_000, end: 700_000 }, from: 700_000, to: 700_001 },
  { what: 'to the end', range: { start: 262_143 }, from: 262_143, to: 700_001 },
  { what: 'over the inner blocks', range: { start: 1, end: 600_000 }, from: 1, to: 600_001 },
  {
    what: 'with an end past the last byte',
    range: { start: 699_000, end: 9_999_999 },
    from: 699_000,
    to: 700_001,
  },
];

const EMPTY_RANGES = [
  { start: RANGED_BYTES },
  { start: -1 },
  { start: 5, end: 4 },
  { start: 0.5 },
  { start: Number.NaN },
];

export const READ_CHECKS: readonly StorageCheck[] = [
  {
    name: 'read of a missing key is not_found before the first byte',
    run: ({ storage }) => expectKind('the read', storage.read('missing'), 'not_found'),
  },
  {
    name: 'read of a range gives its first and its last byte',
    run: async ({ storage }) => {
      const bytes = patternBytes(RANGED_BYTES, 5);
      await storage.write('ranged', bodyOf(bytes, 100_000));
      for (const { what, range, from, to } of RANGES) {
        const read = await readAll(storage, 'ranged', range);
        expectThat(`a range ${what} gives other bytes`, read.equals(bytes.subarray(from, to)));
      }
    },
  },
  {
    name: 'read refuses a range that holds no byte',
    run: async ({ storage }) => {
      await storage.write('ranged', bodyOf(patternBytes(RANGED_BYTES, 5), 100_000));
      for (const range of EMPTY_RANGES) {
        await expectKind(JSON.stringify(range), storage.read('ranged', range), 'validation_error');
      }
    },
  },
  {
    name: 'read holds little of a large object that is not being taken',
    run: async ({ storage, mostHeldBytes = MOST_HELD_BYTES }) => {
      await storage.write('large', bodyOf(patternBytes(24 * MIB, 1), MIB));
      const stream = await storage.read('large');
      await new Promise(resolve => stream.once('readable', resolve));
      const held = stream.readableLength;
      stream.destroy();
      expectThat('it holds nothing', held > 0);
      expectThat(`it holds ${held} bytes`, held <= mostHeldBytes);
    },
  },
  {
    name: 'read can be left at any moment, and done several times at once',
    run: async ({ storage }) => {
      const bytes = patternBytes(RANGED_BYTES, 5);
      await storage.write('shared', bodyOf(bytes, 100_000));
      (await storage.read('shared')).destroy();
      for await (const chunk of await storage.read('shared')) {
        expectThat('a chunk is not bytes', chunk instanceof Uint8Array);
        break;
      }
      const all = await Promise.all(Array.from({ length: 4 }, () => readAll(storage, 'shared')));
      for (const read of all) expectThat('one of four readers got other bytes', read.equals(bytes));
    },
  },
];

export const KEPT_CHECKS: readonly StorageCheck[] = [
  {
    name: 'stat tells size and time of what is there, and null of what is not',
    run: async ({ storage }) => {
      await storage.write('a', bodyOf(patternBytes(12, 1), 5));
      const stat = await storage.stat('a');
      expectEqual('its key', stat?.key, 'a');
      expectEqual('its size', stat?.sizeBytes, 12);
      expectThat('it has no time', stat?.modifiedAt instanceof Date);
      expectEqual('stat of another key', await storage.stat('b'), null);
    },
  },
  {
    name: 'list has every finished key once, by its beginning if asked',
    run: async ({ storage }) => {
      expectEqual('the list of nothing', await listKeys(storage), []);
      const keys = ['full_1.json', 'full_1.json.manifest.json', 'full_2.json', 'students_1.json'];
      for (const key of keys) await storage.write(key, bodyOf(Buffer.from(key), 3));
      expectEqual('the list', await listKeys(storage), keys);
      expectEqual('what begins with full_', await listKeys(storage, 'full_'), keys.slice(0, 3));
      expectEqual('what begins with none', await listKeys(storage, 'none'), []);
      const stats: ObjectStat[] = [];
      for await (const stat of storage.list('full_2')) stats.push(stat);
      expectEqual('the facts in a list', stats, [await storage.stat('full_2.json')]);
    },
  },
  {
    name: 'remove removes a key, and succeeds where there is none',
    run: async ({ storage }) => {
      await storage.write('gone', bodyOf(patternBytes(12, 1), 5));
      await storage.remove('gone');
      await expectNothingStored(storage, 'gone');
      await storage.remove('gone');
      await storage.remove('never there');
      await storage.write('gone', bodyOf(patternBytes(13, 1), 5));
      expectEqual('the size of what came after', (await storage.stat('gone'))?.sizeBytes, 13);
    },
  },
  {
    name: 'list may be left early and used while keys are removed',
    run: async ({ storage }) => {
      for (let i = 0; i < 50; i++) await storage.write(`key_${i}`, bodyOf(Buffer.from('x'), 1));
      for await (const stat of storage.list()) {
        expectEqual('its size', stat.sizeBytes, 1);
        break;
      }
      for await (const { key } of storage.list()) await storage.remove(key);
      expectEqual('the list', await listKeys(storage), []);
    },
  },
];

const GOOD_KEYS = [
  'school backup.json',
  'गुरुकुल_2026.json.zst',
  'übung-テスト.json',
  'a',
  'x'.repeat(255),
  'q"\'$(x)*?',
];

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

export const KEY_CHECKS: readonly StorageCheck[] = [
  ...GOOD_KEYS.map(key => ({
    name: `a key may be any one name: ${key}`,
    run: async ({ storage }: CheckedStorage) => {
      await storage.write(key, bodyOf(Buffer.from(key), 7));
      expectEqual('the list', await listKeys(storage), [key]);
      await expectStored(storage, key, Buffer.from(key));
      await storage.remove(key);
      expectEqual('stat after its removal', await storage.stat(key), null);
    },
  })),
  ...Object.entries(BAD_KEYS).map(([what, key]) => ({
    name: `a key may not be ${what}`,
    run: async ({ storage }: CheckedStorage) => {
      let pulled = false;
      async function* body() {
        pulled = true;
        yield Buffer.from('x');
      }
      await expectKind('write', storage.write(key, body()), 'validation_error');
      await expectKind('read', storage.read(key), 'validation_error');
      await expectKind('stat', storage.stat(key), 'validation_error');
      await expectKind('remove', storage.remove(key), 'validation_error');
      expectThat('the body was read', !pulled);
      expectEqual('the list', await listKeys(storage), []);
    },
  })),
];
