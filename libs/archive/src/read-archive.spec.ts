import { createHash } from 'node:crypto';
import { BackupError, type Relation } from '@satchel/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES } from './archive-format.js';
import { isNotOurLayout } from './not-our-layout.js';
import { readArchive } from './read-archive.js';
import {
  archiveOf,
  inChunks,
  inLentChunks,
  INVENTED_BACKUP,
  inventedSession,
  InventedKeyRing,
  OUR_KEYS,
  readRows,
  relationNamed,
  type InventedSlice,
} from './testing/invented-backup.js';

const options = { keyRing: OUR_KEYS, compression: 'none' } as const;

const RELATIONS: readonly Relation[] = [
  relationNamed('first', 2),
  relationNamed('Second "q" \u2028', 0),
  relationNamed('third', 1),
];

const aValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('],', ']\n', '"],"count":1', '\\', '\n', ',\n[', '🎒', '\u2028'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

const anyRow = (columns: number): fc.Arbitrary<string> =>
  fc.array(aValue, { minLength: columns, maxLength: columns }).map(row => JSON.stringify(row));

const anySlice = (relation: number, columns: number): fc.Arbitrary<InventedSlice> =>
  fc
    .array(fc.array(anyRow(columns), { minLength: 1, maxLength: 6 }), { maxLength: 3 })
    .map(batches => ({ relation, batches }));

const anySlices = fc
  .tuple(
    fc.array(anySlice(0, 2), { maxLength: 3 }),
    fc.array(anySlice(1, 0), { maxLength: 2 }),
    fc.array(anySlice(2, 1), { maxLength: 3 }),
  )
  .map(slices => slices.flat());

function rowsOf(slices: readonly InventedSlice[]): string[][] {
  return RELATIONS.map((_, index) =>
    slices.filter(slice => slice.relation === index).flatMap(slice => slice.batches.flat()),
  );
}

const SMALL = inventedSession(
  RELATIONS,
  [
    { relation: 0, batches: [['[1,"a"]', '[2,"b"]'], ['[3,null]']] },
    { relation: 0, batches: [] },
    { relation: 1, batches: [['[]', '[]']] },
    { relation: 2, batches: [['["é🎒"]']] },
  ],
  [{ schema: 'public', name: 'first_id_seq', lastValue: 3, isCalled: true }],
);

async function readAll(bytes: Uint8Array, chunkSize = 4096): Promise<{ rows: string[][]; origin: string }> {
  const reader = await readArchive(inLentChunks(bytes, chunkSize), options);
  const rows = await readRows(reader);
  return { rows, origin: reader.result().origin };
}

async function errorOf(promise: Promise<unknown>): Promise<BackupError> {
  const error: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BackupError)) throw error;
  return error;
}

describe('readArchive', () => {
  it('yields the rows that were written, wherever the chunks are cut and however many jobs wrote them', async () => {
    await fc.assert(
      fc.asyncProperty(
        anySlices,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (slices, size, jobs) => {
          const bytes = await archiveOf(inventedSession(RELATIONS, slices), { jobs });
          expect(JSON.parse(bytes.toString())).toMatchObject({ satchel: 1 });
          const { rows, origin } = await readAll(bytes, size);
          const sorted = (lists: string[][]): string[][] =>
            jobs === 1 ? lists : lists.map(list => list.toSorted());
          expect(sorted(rows)).toEqual(sorted(rowsOf(slices)));
          expect(origin).toBe('ours');
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives header and footer as they were written', async () => {
    const bytes = await archiveOf(SMALL);
    const reader = await readArchive(inChunks(bytes, 1), options);
    expect(reader.header.backup).toEqual(INVENTED_BACKUP);
    expect(reader.header.relations).toEqual(RELATIONS);
    expect(() => reader.result()).toThrow('not been read to its end');
    await readRows(reader);
    expect(reader.result().footer).toMatchObject({
      totals: { relations: 3, rows: 6 },
      sequences: [{ schema: 'public', name: 'first_id_seq', lastValue: 3, isCalled: true }],
    });
    expect(reader.result().footer.parts.map(part => part.count)).toEqual([3, 0, 2, 1]);
  });

  it('fills the buffer of a batch again once it was given back, and not before', async () => {
    const row = `[${'1'.repeat(1000)}]`;
    const bytes = await archiveOf(
      inventedSession(RELATIONS, [{ relation: 0, batches: [Array<string>(2000).fill(row)] }]),
    );
    const buffersOf = async (give: boolean): Promise<{ batches: number; buffers: number }> => {
      const reader = await readArchive(inChunks(bytes, 100_000), options);
      const seen: ArrayBufferLike[] = [];
      for await (const part of reader.parts()) {
        for await (const batch of part.rows) {
          seen.push(batch.bytes.buffer);
          if (give) batch.recycle?.();
        }
      }
      return { batches: seen.length, buffers: new Set(seen).size };
    };
    expect(await buffersOf(true)).toEqual({ batches: 8, buffers: 2 });
    expect(await buffersOf(false)).toEqual({ batches: 8, buffers: 8 });
  });

  it('checks rows that nobody looked at', async () => {
    const bytes = await archiveOf(SMALL);
    const reader = await readArchive(inChunks(bytes, 7), options);
    for await (const part of reader.parts()) expect(part.relation).toBeLessThan(3);
    expect(reader.result().footer.totals.rows).toBe(6);
  });

  it('joins a row that is larger than any batch', async () => {
    const large = JSON.stringify(['x'.repeat(3_000_000)]);
    const session = inventedSession(
      [relationNamed('large', 1)],
      [{ relation: 0, batches: [['["a"]', large, '["b"]']] }],
    );
    const { rows } = await readAll(await archiveOf(session), 65_536);
    expect(rows).toEqual([['["a"]', large, '["b"]']]);
  });

  it('detects every flipped bit', async () => {
    const bytes = await archiveOf(SMALL);
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [0x01, 0x10, 0x20]) {
        const flipped = Buffer.from(bytes);
        flipped.writeUInt8(flipped.readUInt8(at) ^ bit, at);
        const outcome = await readAll(flipped).then(
          ({ origin }) => origin,
          (error: unknown) => {
            if (!(error instanceof BackupError)) throw error;
            return 'refused';
          },
        );
        expect(outcome, `byte ${at}, bit ${bit}`).not.toBe('ours');
        // Only the signature may differ without being an error: then it says that the file is not ours.
        if (outcome !== 'refused') expect(at).toBeGreaterThan(bytes.lastIndexOf('"signature":'));
      }
    }
  }, 60_000);

  it('detects every cut', async () => {
    const bytes = await archiveOf(SMALL);
    for (let length = 0; length < bytes.length; length++) {
      const error = await errorOf(readAll(bytes.subarray(0, length), 64));
      expect(error.kind).toBe('invalid_backup');
      if (length < bytes.length - 1 && length > 13 && length < bytes.lastIndexOf('"signature":')) {
        expect(error.message, `cut at ${length}`).toContain(`cut off after ${length} bytes`);
      }
    }
  });

  it('refuses bytes after the end', async () => {
    const bytes = await archiveOf(SMALL);
    for (const tail of ['\n', ' ', '}', 'x', bytes.toString()]) {
      for (const size of [1, 1_000_000]) {
        const error = await errorOf(readAll(Buffer.concat([bytes, Buffer.from(tail)]), size));
        expect(error.kind).toBe('invalid_backup');
      }
    }
  });

  it('says altered where all digests fit and the signature does not', async () => {
    const theirs = await archiveOf(SMALL, { keyRing: new InventedKeyRing('key-2') });
    const { origin } = await readAll(
      Buffer.from(theirs.toString().replace('"keyId":"key-2"', '"keyId":"key-1"')),
    );
    expect(origin).toBe('altered');
  });

  it('says foreign for a key that is not ours and where no signature is', async () => {
    const theirs = await archiveOf(SMALL, { keyRing: new InventedKeyRing('key-2') });
    expect((await readAll(theirs)).origin).toBe('foreign');
    const unsigned = theirs.toString().replace(/"signature":.*\}\n$/, '"signature":null}\n');
    expect((await readAll(Buffer.from(unsigned))).origin).toBe('foreign');
  });

  const edited = async (edit: (text: string) => string): Promise<BackupError> => {
    const text = (await archiveOf(SMALL)).toString();
    const changed = edit(text);
    expect(changed).not.toBe(text);
    return errorOf(readAll(Buffer.from(changed)));
  };

  it.each<[string, (text: string) => string]>([
    ['a total that lies', text => text.replace('"rows":6}', '"rows":7}')],
    ['a name changed', text => text.replace('head.office', 'Head.office')],
    ['a sequence changed', text => text.replace('"lastValue":3', '"lastValue":4')],
  ])('refuses %s for good', async (_, edit) => {
    const error = await edited(edit);
    expect(error.kind).toBe('invalid_backup');
    expect(isNotOurLayout(error)).toBe(false);
  });

  it.each<[string, (text: string) => string]>([
    ['a count that lies', text => text.replace('"count":3', '"count":4')],
    ['a row added', text => text.replace('[3,null]', '[3,null],\n[4,null]')],
    ['a row dropped', text => text.replace('[1,"a"],\n', '')],
    ['a space in a row', text => text.replace('[3,null]', '[3, null]')],
    ['another first line', text => text.replace('{"satchel":1,\n', '{"satchel":1, \n')],
    ['members twice', text => text.replace('"source":', '"backup":{},\n"source":')],
    ['members twice inside', text => text.replace('"type":"students"', '"type":"x","type":"students"')],
    ['a version twice', text => text.replace('"backup":', '"satchel":1,\n"backup":')],
    ['spaces in the header', text => text.replace('"type":', '"type": ')],
    ['spaces before a row', text => text.replace('[3,null]', ' [3,null]')],
    ['another order', text => text.replace(/("sequences":.*\n)("totals":.*\n)("digest":.*\n)/, '$3$1$2')],
    ['rows on the opening line', text => text.replace('"rows":[\n[1', '"rows":[[1')],
    ['an unknown member of a part', text => text.replace('"count":3,', '"count":3,"note":1,')],
    ['a row that is no array', text => text.replace('[3,null]', '3')],
    [
      'nesting without end',
      text => text.replace('"backup":', `"deep":${'['.repeat(65)}${']'.repeat(65)},\n"backup":`),
    ],
  ])('leaves %s to the tolerant reader', async (_, edit) => {
    expect(isNotOurLayout(await edited(edit))).toBe(true);
  });

  it.each<[string, string, (text: string) => string]>([
    [
      'a relation index out of range',
      'rows[0].relation',
      text => text.replace('{"relation":0', '{"relation":3'),
    ],
    ['a relation twice', 'relations', text => text.replaceAll('"name":"third"', '"name":"first"')],
    ['a column twice', 'columns', text => text.replace('"name":"column_1"', '"name":"column_0"')],
    ['a wrong type', 'relations[0].key', text => text.replace('"key":["column_0"]', '"key":"column_0"')],
    ['an unknown role', 'relations[0].role', text => text.replace('"role":"content"', '"role":"owner"')],
    ['an id that is a path', 'backup.id', text => text.replace(INVENTED_BACKUP.id, '../../etc/passwd')],
    ['a moment that is none', 'backup.createdAt', text => text.replace('2026-01-31T', '2026-13-31T')],
    [
      'a name with a NUL',
      'relations[0].name',
      text => text.replace('"name":"first"', '"name":"fi\\u0000rst"'),
    ],
  ])('refuses %s and says where', async (_, place, edit) => {
    const error = await edited(edit);
    expect(error.kind).toBe('invalid_backup');
    expect(error.message).toContain(place);
    expect(isNotOurLayout(error)).toBe(false);
  });

  it('ignores members that it does not know', async () => {
    const text = (await archiveOf(SMALL))
      .toString()
      .replace('"relations":[', '"later":{"preData":"x"},\n"relations":[');
    const content = text.slice(0, text.lastIndexOf('"digest":'));
    const digest = createHash('sha256').update(content).digest('hex');
    const reader = await readArchive(
      inChunks(Buffer.from(`${content}"digest":"sha256:${digest}",\n"signature":null}\n`), 100),
      options,
    );
    expect((await readRows(reader))[2]).toEqual(['["é🎒"]']);
    expect(reader.header).not.toHaveProperty('later');
    expect(reader.result().footer.signature).toBeNull();
  });

  it('gives up early on a header without end', async () => {
    let taken = 0;
    async function* endless(line: string): AsyncGenerator<Uint8Array, void, undefined> {
      yield Buffer.from('{"satchel":1,\n');
      for (; taken < 200_000_000; taken += line.length) {
        await Promise.resolve();
        yield Buffer.from(line);
      }
    }
    expect((await errorOf(readArchive(endless('['.repeat(65_536)), options))).kind).toBe('too_large');
    expect(taken).toBeLessThan(2 * MAX_LINE_BYTES);
    taken = 0;
    let member = 0;
    async function* members(): AsyncGenerator<Uint8Array, void, undefined> {
      yield Buffer.from('{"satchel":1,\n');
      for (; member < 100_000; member++) {
        await Promise.resolve();
        yield Buffer.from(`"m${member}":"${'x'.repeat(10_000)}",\n`);
      }
    }
    expect((await errorOf(readArchive(members(), options))).kind).toBe('too_large');
    expect(member).toBeLessThan(2000);
  });

  it('stops on request', async () => {
    const stop = new AbortController();
    const reader = await readArchive(inChunks(await archiveOf(SMALL), 64), {
      ...options,
      signal: stop.signal,
    });
    stop.abort();
    expect((await errorOf(readRows(reader))).kind).toBe('cancelled');
  });

  it('closes its source, also where it failed', async () => {
    let closed = 0;
    async function* watched(text: string): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        await Promise.resolve();
        yield Buffer.from(text);
        yield Buffer.from(text);
      } finally {
        closed++;
      }
    }
    await errorOf(readArchive(watched('{}\n'), options));
    expect(closed).toBe(1);
    const reader = await readArchive(watched((await archiveOf(SMALL)).toString()), options);
    await reader.close();
    await reader.close();
    expect(closed).toBe(2);
  });
});
