import { createHash } from 'node:crypto';
import { BackupError, isBackupId, type BackupReader, type Relation } from '@satchel/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnpackedSource } from '../archive-format.js';
import { inLentChunks } from '../testing/invented-backup.js';
import { verifyArchive } from '../verify-archive.js';
import { readLegacy } from './read-legacy.js';

/** `column:type`, the type `text` if left out; a column `…_id` refers to some other table. */
function table(name: string, columns: string, options: { schema?: string; key?: string[] } = {}): Relation {
  const parsed = columns.split(' ').map(column => {
    const [columnName = '', type = 'text'] = column.split(':');
    return { name: columnName, type };
  });
  const { schema = 'public', key = ['id'] } = options;
  return {
    schema,
    name,
    role: 'content',
    columns: parsed,
    key,
    references: parsed
      .filter(column => column.name.endsWith('_id'))
      .map(column => ({ columns: [column.name], schema, name: 'other', referencedColumns: ['id'] })),
  };
}

const LIVE = [
  table(
    'clubs_club',
    'id:bigint title leader_id:bigint fee:numeric ratio:double_precision'.replace('_precision', ' precision'),
  ),
  table('clubs_member', 'id:bigint name'),
];

function object(model: string, pk: unknown, fields: object): object {
  return { model, pk, fields };
}

const club = (pk: number, fields: object = { title: `Club ${pk}`, leader: pk + 1 }): object =>
  object('clubs.club', pk, fields);
const member = (pk: number): object => object('clubs.member', pk, { name: `Member ${pk}` });

function sourceOf(document: string, chunkSize = 64 * 1024): UnpackedSource {
  const bytes = Buffer.from(document);
  return { name: 'a dump', open: () => Promise.resolve(inLentChunks(bytes, chunkSize)) };
}

async function open(
  dump: unknown,
  live: readonly Relation[] = LIVE,
  chunkSize?: number,
): Promise<BackupReader> {
  const document = typeof dump === 'string' ? dump : JSON.stringify(dump, null, 2);
  return readLegacy(sourceOf(document, chunkSize), { relations: live, compression: 'none' });
}

interface Part {
  readonly table: string;
  readonly rows: readonly string[];
}

async function partsOf(reader: BackupReader): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of reader.parts()) {
    let text = '';
    let rows = 0;
    for await (const batch of part.rows) {
      text += Buffer.from(batch.bytes).toString();
      rows += batch.rows;
    }
    const lines = text.split('\n').slice(0, -1);
    expect(lines).toHaveLength(rows);
    parts.push({ table: reader.header.relations[part.relation]?.name ?? '', rows: lines });
  }
  return parts;
}

async function read(dump: unknown, live?: readonly Relation[], chunkSize?: number): Promise<Part[]> {
  return partsOf(await open(dump, live, chunkSize));
}

async function problem(dump: unknown, live?: readonly Relation[]): Promise<BackupError> {
  try {
    await read(dump, live);
  } catch (error) {
    if (error instanceof BackupError) return error;
    throw error;
  }
  throw new Error('expected a BackupError, but the dump was read');
}

/** The row that one object with one field `value` becomes, given that column's type. */
async function valueOf(json: string, type: string): Promise<string> {
  const column = { name: 'value', type };
  const live: Relation = { ...table('a_b', 'id:bigint'), columns: [{ name: 'id', type: 'bigint' }, column] };
  const [part] = await read(`[{"model":"a.b","pk":1,"fields":{"value":${json}}}]`, type === '' ? [] : [live]);
  return part?.rows[0]?.slice('[1,'.length, -1) ?? '';
}

describe('readLegacy', () => {
  it('turns objects into rows of the tables and columns that Django means', async () => {
    const reader = await open([club(1), club(2, { leader: null, title: 'Ünï "x"\n' }), member(7)]);
    expect(reader.format).toBe('legacy');
    expect(reader.header.relations).toEqual([
      {
        schema: 'public',
        name: 'clubs_club',
        role: 'content',
        columns: [
          { name: 'id', type: '' },
          { name: 'title', type: '' },
          { name: 'leader_id', type: '' },
        ],
        key: ['id'],
        references: [],
      },
      {
        schema: 'public',
        name: 'clubs_member',
        role: 'content',
        columns: [
          { name: 'id', type: '' },
          { name: 'name', type: '' },
        ],
        key: ['id'],
        references: [],
      },
    ]);
    expect(await partsOf(reader)).toEqual([
      { table: 'clubs_club', rows: ['[1,"Club 1",2]', '[2,"Ünï \\"x\\"\\n",null]'] },
      { table: 'clubs_member', rows: ['[7,"Member 7"]'] },
    ]);
    const digest = createHash('sha256').update('[1,"Club 1",2]\n[2,"Ünï \\"x\\"\\n",null]\n').digest('hex');
    const { footer, origin } = reader.result();
    expect(footer.parts[0]).toEqual({ relation: 0, count: 2, digest: `sha256:${digest}` });
    expect(footer).toMatchObject({ sequences: [], totals: { relations: 2, rows: 3 }, signature: null });
    expect(origin).toBe('foreign');
  });

  it('reads the same whatever the chunks and the layout', async () => {
    const dump = [club(1), member(2), club(3)];
    const expected = await read(dump);
    for (const chunkSize of [1, 2, 17]) expect(await read(dump, LIVE, chunkSize)).toEqual(expected);
    expect(await read(JSON.stringify(dump), LIVE, 1)).toEqual(expected);
    expect(await read(JSON.stringify(dump, null, '\t').replaceAll('\n', '\r\n'))).toEqual(expected);
  });

  it('takes members and fields in any order', async () => {
    const dump =
      '[{"fields":{"leader":2,"title":"A"},"pk":1,"model":"clubs.club"},{"pk":2,"model":"clubs.club","fields":{"title":"B","leader":3}}]';
    expect(await read(dump)).toEqual([{ table: 'clubs_club', rows: ['[1,2,"A"]', '[2,3,"B"]'] }]);
  });

  it('makes a part of each run of one model', async () => {
    const parts = await read([club(1), club(2), member(1), club(3), member(2), member(3)]);
    expect(parts.map(part => [part.table, part.rows.length])).toEqual([
      ['clubs_club', 2],
      ['clubs_member', 1],
      ['clubs_club', 1],
      ['clubs_member', 2],
    ]);
  });

  it('makes up a header that is the same for the same file', async () => {
    const [first, again, other] = [await open([club(1)]), await open([club(1)], []), await open([club(2)])];
    expect(isBackupId(first.header.backup.id)).toBe(true);
    expect(again.header.backup.id).toBe(first.header.backup.id);
    expect(other.header.backup.id).not.toBe(first.header.backup.id);
    expect(first.header.backup).toMatchObject({
      type: 'legacy',
      createdAt: '1970-01-01T00:00:00.000Z',
      name: null,
    });
  });

  it('keeps the names of the file where the database is not known', async () => {
    const reader = await open([club(1)], []);
    expect(reader.header.relations[0]).toMatchObject({
      schema: '',
      name: 'clubs_club',
      columns: [
        { name: 'id', type: '' },
        { name: 'title', type: '', alternativeName: 'title_id' },
        { name: 'leader', type: '', alternativeName: 'leader_id' },
      ],
    });
  });

  it('keeps the name of a field that the table does not have', async () => {
    const reader = await open([club(1, { title: 'A', gone: [1] })]);
    expect(reader.header.relations[0]?.columns[2]).toEqual({
      name: 'gone',
      type: '',
      alternativeName: 'gone_id',
    });
    expect(await partsOf(reader)).toEqual([{ table: 'clubs_club', rows: ['[1,"A","[1]"]'] }]);
  });

  it("gives pk the name of the table's primary key", async () => {
    const live = [table('clubs_club', 'club_ptr_id:bigint title', { key: ['club_ptr_id'] })];
    const reader = await open([club(5, { title: 'A' })], live);
    expect(reader.header.relations[0]).toMatchObject({
      key: ['club_ptr_id'],
      columns: [{ name: 'club_ptr_id' }, { name: 'title' }],
    });
  });

  it.each([
    ['1', '', '1'],
    ['-0', '', '"-0"'],
    ['123456789012345', '', '123456789012345'],
    ['1234567890123456', '', '"1234567890123456"'],
    ['1.50', '', '"1.50"'],
    ['1234567890123456', 'bigint', '"1234567890123456"'],
    ['12', 'integer', '12'],
    ['3000', 'numeric(10,2)', '"3000"'],
    ['1.5', 'double precision', '1.5'],
    ['1e999', 'double precision', '"1e999"'],
    ['-0.0', 'real', '"-0.0"'],
    ['5', 'character varying(20)', '"5"'],
    ['"05"', 'integer', '"05"'],
    ['true', '', 'true'],
    ['false', 'boolean', 'false'],
    ['true', 'text', '"true"'],
    ['null', 'jsonb', 'null'],
    [
      '{ "b": [1.0, "x\\"\\\\"], "a" : null }',
      'jsonb',
      '"{\\"b\\":[1.0,\\"x\\\\\\"\\\\\\\\\\"],\\"a\\":null}"',
    ],
    ['{"b":2,"a":1}', '', '"{\\"b\\":2,\\"a\\":1}"'],
    ['[]', '', '"[]"'],
    ['"text"', 'json', '"\\"text\\""'],
    ['5', 'jsonb', '"5"'],
    ['true', 'jsonb', '"true"'],
    ['"text"', 'text', '"text"'],
    ['"aGVsbG8="', 'bytea', '"\\\\x68656c6c6f"'],
    ['"\\u00e9\\/"', '', '"é/"'],
  ])('stores %s in a column of type "%s" as %s', async (json, type, expected) => {
    expect(await valueOf(json, type)).toBe(expected);
  });

  it('refuses bytes that are not base64, by field but without the value', async () => {
    const error = await valueOf('"secret!"', 'bytea').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'invalid_backup', context: { model: 'a.b', pk: '1' } });
    expect(String(error)).toContain('"value"');
    expect(String(error)).not.toContain('secret');
  });

  it('loses no value of any dump, and its rows are valid', async () => {
    const text = fc.string({ unit: 'binary' }).map(value => value.replaceAll('\0', ''));
    const value = fc.oneof(
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null)), { maxKeys: 3 }),
      fc.array(fc.oneof(text, fc.integer()), { maxLength: 3 }),
    );
    const anyObject = fc.record({
      model: fc.constantFrom('a.b', 'a.c', 'x_y.z'),
      pk: fc.oneof(fc.integer(), fc.uuid()),
      fields: fc.record({ one: value, two: value }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyObject, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        async (dump, chunkSize) => {
          const rows = (await read(dump, [], chunkSize)).flatMap(part =>
            part.rows.map(row => [part.table, ...(JSON.parse(row) as unknown[])]),
          );
          expect(rows).toHaveLength(dump.length);
          for (const [index, { model, pk, fields }] of dump.entries()) {
            const plain = (item: unknown): unknown => {
              const json = JSON.stringify(item);
              if (typeof item === 'number') return /^-?\d{1,15}$/.test(json) && json !== '-0' ? item : json;
              return typeof item === 'object' && item !== null ? json : item;
            };
            const [tableName, ...values] = rows[index] ?? [];
            expect(tableName).toBe(model.replace('.', '_'));
            // JSON.stringify writes -0 as 0.
            expect(values).toEqual([
              plain(pk),
              ...[fields.one, fields.two].map(item => plain(Object.is(item, -0) ? 0 : item)),
            ]);
          }
          const verified = await verifyArchive(await open(dump, []));
          expect(verified.rows).toBe(dump.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  describe('many-to-many fields', () => {
    const live = [
      ...LIVE,
      table('clubs_club_members', 'id:bigint club_id:bigint member_id:bigint'),
      table('clubs_member_friends', 'id:bigint from_member_id:bigint to_member_id:uuid'),
    ];

    it('become rows of their join table, after all others', async () => {
      const reader = await open(
        [
          club(1, { title: 'A', members: [7, 8] }),
          object('clubs.member', 7, { name: 'M', friends: ['x'] }),
          club(2, { title: 'B', members: [] }),
          club(3, { title: 'C', members: [9] }),
        ],
        live,
      );
      expect(
        reader.header.relations.map(relation => [relation.name, relation.columns.map(column => column.name)]),
      ).toEqual([
        ['clubs_club', ['id', 'title']],
        ['clubs_member', ['id', 'name']],
        ['clubs_club_members', ['club_id', 'member_id']],
        ['clubs_member_friends', ['from_member_id', 'to_member_id']],
      ]);
      expect(await partsOf(reader)).toEqual([
        { table: 'clubs_club', rows: ['[1,"A"]'] },
        { table: 'clubs_member', rows: ['[7,"M"]'] },
        { table: 'clubs_club', rows: ['[2,"B"]', '[3,"C"]'] },
        { table: 'clubs_club_members', rows: ['[1,7]', '[1,8]', '[3,9]'] },
        { table: 'clubs_member_friends', rows: ['[7,"x"]'] },
      ]);
      expect(reader.result().footer.totals).toEqual({ relations: 4, rows: 8 });
    });

    it('are refused where they hold anything but keys', async () => {
      const refused = async (members: unknown): Promise<BackupError> =>
        problem([club(1, { title: 'A', members: [1] }), club(2, { title: 'B', members })], live);
      expect(await refused([['a', 'b']])).toMatchObject({ kind: 'unsupported' });
      expect(await refused([null])).toMatchObject({ kind: 'invalid_backup' });
      expect((await refused(5)).message).toBe(
        'Object 2 (line 12, clubs.club 2): the field "members" should be an array of keys.',
      );
    });

    it('are refused where the join table is another kind of table', async () => {
      const odd = [
        ...LIVE,
        table('clubs_club_members', 'id:bigint club_id:bigint member_id:bigint since:date'),
      ];
      expect(await problem([club(1, { members: [1] })], odd)).toMatchObject({ kind: 'unsupported' });
    });
  });

  it.each([
    ['more', { title: 'B', leader: 1, extra: 1 }, 'has more ("extra") fields'],
    ['fewer', { title: 'B' }, 'has fewer (without "leader") fields'],
    ['other', { title: 'B', chief: 1 }, 'has more ("chief") and fewer (without "leader") fields'],
  ])('refuses an object with %s fields than the first of its model', async (_, fields, expected) => {
    const error = await problem([club(1), member(1), club(30, fields)]);
    expect(error.kind).toBe('invalid_backup');
    expect(error.message).toContain('Object 3 (line 17, clubs.club 30): ');
    expect(error.message).toContain(expected);
  });

  it.each([
    ['null as key', [object('clubs.club', null, { title: 'A' })], 'natural primary keys'],
    ['no key', [{ model: 'clubs.club', fields: { title: 'A' } }], 'natural primary keys'],
    ['a natural foreign key', [club(1), club(2, { title: 'B', leader: ['Ann', 'Lee'] })], 'natural key'],
  ])('calls %s unsupported', async (_, dump, expected) => {
    const error = await problem(dump);
    expect(error.kind).toBe('unsupported');
    expect(error.message).toContain(expected);
  });

  it.each([
    ['a number', '[1]', 'should be an object'],
    ['an unknown member', '[{"model":"a.b","pk":1,"fields":{},"extra":1}]', 'has a member "extra"'],
    ['a member twice', '[{"model":"a.b","pk":1,"pk":2,"fields":{}}]', 'two members named "pk"'],
    ['a field twice', '[{"model":"a.b","pk":1,"fields":{"x":1,"\\u0078":2}}]', 'two fields named "x"'],
    ['no model', '[{"pk":1,"fields":{}}]', 'has no "model"'],
    ['no fields', '[{"model":"a.b","pk":1}]', 'has no "fields"'],
    ['a model without an application', '[{"model":"b","pk":1,"fields":{}}]', 'application and a model'],
    ['a model of three names', '[{"model":"a.b.c","pk":1,"fields":{}}]', 'application and a model'],
    ['a model that is no text', '[{"model":1,"pk":1,"fields":{}}]', 'should be a text'],
    ['fields that are no object', '[{"model":"a.b","pk":1,"fields":[]}]', 'should be an object'],
    ['a key that is an array', '[{"model":"a.b","pk":[1],"fields":{}}]', '"pk" should be'],
    ['a key that is true', '[{"model":"a.b","pk":true,"fields":{}}]', '"pk" should be'],
    ['no objects', '[]', 'holds no objects'],
    ['no array', '{"model":"a.b"}', 'expected an array'],
    ['more after its end', '[{"model":"a.b","pk":1,"fields":{}}] []', 'expected the end'],
    ['a field without a name', '[{"model":"a.b","pk":1,"fields":{"":1}}]', 'name is empty'],
    [
      'a very long field name',
      `[{"model":"a.b","pk":1,"fields":{"${'x'.repeat(300)}":1}}]`,
      'longer than 255',
    ],
  ])('refuses a dump with %s', async (_, dump, expected) => {
    const error = await problem(dump);
    expect(error.kind).toBe('invalid_backup');
    expect(error.message).toContain(expected);
  });

  it('refuses a dump that is cut off anywhere', async () => {
    const document = JSON.stringify([club(1), member(2)], null, 1);
    for (let length = 0; length < document.length; length++) {
      expect((await problem(document.slice(0, length))).message).toContain('cut off');
    }
  });

  it('finds a table in any schema, prefers public, and refuses to guess', async () => {
    const inSchema = (schema: string): Relation => table('clubs_member', 'id:bigint name', { schema });
    const schemaOf = async (live: readonly Relation[]): Promise<string | undefined> =>
      (await open([member(1)], live)).header.relations[0]?.schema;
    expect(await schemaOf([inSchema('school')])).toBe('school');
    expect(await schemaOf([inSchema('old'), inSchema('public')])).toBe('public');
    const error = await problem([member(1)], [inSchema('old'), inSchema('new')]);
    expect(error.kind).toBe('validation_error');
    expect(error.message).toContain('new, old');
  });

  it('refuses two models of one table and two fields of one column', async () => {
    const models = await problem([object('a.b_c', 1, { x: 1 }), object('a_b.c', 1, { x: 1 })], []);
    expect(models.message).toContain('a_b_c');
    expect((await problem([club(1, { leader: 1, leader_id: 2 })])).message).toContain('leader_id');
    expect((await problem([club(1, { id: 1 })])).message).toContain('the column id');
  });

  it('notices a file that changes between its readings', async () => {
    let readings = 0;
    const source: UnpackedSource = {
      name: 'a dump',
      open: () => sourceOf(JSON.stringify([club(++readings)])).open(),
    };
    const reader = await readLegacy(source, { relations: LIVE, compression: 'none' });
    await expect(partsOf(reader)).rejects.toThrow('a dump was changed');
    expect(() => reader.result()).toThrow('not been read');
  });

  it('counts the rows of parts that nobody looked at', async () => {
    const reader = await open([club(1), club(2), member(1)]);
    const seen: number[] = [];
    for await (const part of reader.parts()) seen.push(part.relation);
    expect(seen).toEqual([0, 1]);
    expect(reader.result().footer.totals.rows).toBe(3);
  });

  it('hands on many objects in batches, none of them large', async () => {
    const objects = 60_000;
    async function* chunks(): AsyncIterable<Uint8Array> {
      yield Buffer.from('[');
      for (let pk = 0; pk < objects; pk += 100) {
        const some = Array.from({ length: 100 }, (_, index) =>
          JSON.stringify(club(pk + index, { title: 'x'.repeat(200), leader: 1 }), null, 2),
        );
        yield Buffer.from((pk === 0 ? '' : ',\n') + some.join(',\n'));
      }
      yield Buffer.from(']');
    }
    const source = { name: 'a dump', open: () => Promise.resolve(chunks()) };
    const reader = await readLegacy(source, { relations: LIVE, compression: 'none' });
    let rows = 0;
    let batches = 0;
    let largest = 0;
    let parts = 0;
    for await (const part of reader.parts()) {
      parts++;
      for await (const batch of part.rows) {
        rows += batch.rows;
        batches++;
        largest = Math.max(largest, batch.bytes.length);
      }
    }
    expect({ rows, parts }).toEqual({ rows: objects, parts: 1 });
    expect(batches).toBeGreaterThan(10);
    expect(largest).toBeLessThan(1 << 20);
  });

  it('stops when asked to', async () => {
    const controller = new AbortController();
    controller.abort();
    const reading = readLegacy(sourceOf(JSON.stringify([club(1)])), {
      relations: LIVE,
      compression: 'none',
      signal: controller.signal,
    });
    await expect(reading).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
