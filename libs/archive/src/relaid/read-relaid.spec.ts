import { spawnSync } from 'node:child_process';
import {
  BackupError,
  KeyRing,
  Secret,
  type ArchiveFooter,
  type Origin,
  type Relation,
  type RowBatch,
  type SigningKey,
} from '@satchel/domain';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { UnpackedSource } from '../archive-format.js';
import { schemaDigest } from '../schema-digest.js';
import { inLentChunks } from '../testing/invented-backup.js';
import { writeArchive } from '../write-archive.js';
import { readRelaid } from './read-relaid.js';

class OneKey extends KeyRing {
  readonly #key: SigningKey;

  constructor(byte: number) {
    super();
    this.#key = { keyId: `key-${byte}`, secret: new Secret(new Uint8Array(32).fill(byte)) };
  }

  override current(): Promise<SigningKey> {
    return Promise.resolve(this.#key);
  }

  override byId(keyId: string): Promise<SigningKey | null> {
    return Promise.resolve(keyId === this.#key.keyId ? this.#key : null);
  }
}

const OURS = new OneKey(1);
const THEIRS = new OneKey(2);

function relation(name: string, columns: string[], type = 'text'): Relation {
  return {
    schema: 'public',
    name,
    role: 'content',
    columns: columns.map(column => ({ name: column, type })),
    key: columns.length > 0 ? columns.slice(0, 1) : null,
    references: [],
  };
}

const RELATIONS = [
  relation('pupil', ['id', 'name', 'paid', 'note']),
  relation('club', ['id'], 'double precision'),
  relation('empty', []),
];

const ROWS: readonly (readonly [relation: number, rows: readonly unknown[][]])[] = [
  [
    0,
    [
      [1, 'Zoë "Zo" O\'Hara \\ ünï\u2028\u007f', '3000.00', null],
      [2, '\u0001\b\t\n\f\r\u001f/', true, '😀 प्रिया'],
    ],
  ],
  [1, [[123456789012345], [-1.5e-7], [1e15]]],
  [2, [[], []]],
  [1, []],
  [0, [[3, '', false, '{"a": [1, 2]}']]],
];

/** A row as PostgreSQL's values make it; JavaScript spells two of the numbers otherwise. */
function line(row: readonly unknown[]): string {
  return `${JSON.stringify(row).replace('-1.5e-7', '-1.5e-07').replace('[1000000000000000]', '[1e+15]')}\n`;
}

async function written(parts = ROWS): Promise<string> {
  const archive = writeArchive(
    {
      source: {
        server: 'PostgreSQL 18.4',
        database: 'school',
        encoding: 'UTF8',
        schemaDigest: schemaDigest(RELATIONS),
      },
      relations: RELATIONS,
      slices: () =>
        Promise.resolve(
          parts.map(([relationIndex], index) => ({
            relation: relationIndex,
            estimatedRows: index,
            estimatedBytes: 0,
          })),
        ),
      async *copyOut(slice): AsyncIterable<RowBatch> {
        const rows = parts[slice.estimatedRows]?.[1] ?? [];
        if (rows.length > 0) {
          yield {
            bytes: Buffer.from(rows.map(line).join('')),
            rows: rows.length,
          };
        }
      },
      sequences: () =>
        Promise.resolve([
          { schema: 'public', name: 'pupil_id_seq', lastValue: '9007199254740993', isCalled: true },
        ]),
    },
    {
      backup: {
        id: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
        type: 'full',
        name: null,
        createdAt: '2026-01-31T12:00:00.000Z',
        createdBy: 'Zoë',
        snapshot: null,
        product: 'Satchel 1.0.0',
      },
      jobs: 1,
      keyRing: OURS,
    },
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function sourceOf(document: string | Uint8Array, chunkSize = 64 * 1024): UnpackedSource {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  return { name: 'a backup', open: () => Promise.resolve(inLentChunks(bytes, chunkSize)) };
}

interface Contents {
  readonly parts: readonly { readonly relation: number; readonly rows: string }[];
  readonly footer: ArchiveFooter;
  readonly origin: Origin;
}

async function readAll(
  document: string | Uint8Array,
  chunkSize?: number,
  keyRing: KeyRing = OURS,
): Promise<Contents> {
  const reader = await readRelaid(sourceOf(document, chunkSize), { keyRing, compression: 'none' });
  const parts: { relation: number; rows: string }[] = [];
  for await (const part of reader.parts()) {
    let rows = '';
    for await (const batch of part.rows) rows += Buffer.from(batch.bytes).toString();
    parts.push({ relation: part.relation, rows });
  }
  expect(reader.header.relations).toEqual(RELATIONS);
  return { parts, ...reader.result() };
}

async function problem(document: string | Uint8Array): Promise<BackupError> {
  try {
    await readAll(document);
  } catch (error) {
    if (error instanceof BackupError) return error;
    throw error;
  }
  throw new Error('expected a BackupError, but the document was read');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

/** The document after a change of its parsed form, laid out anew. */
function changed(document: string, change: (value: { rows: object[]; signature?: unknown }) => void): string {
  const value = JSON.parse(document) as { rows: object[]; signature?: unknown };
  change(value);
  return JSON.stringify(value, null, 1);
}

const EXPECTED_PARTS = ROWS.map(([relationIndex, rows]) => ({
  relation: relationIndex,
  rows: rows.map(line).join(''),
}));

let document: string;

beforeAll(async () => {
  document = await written();
});

describe('readRelaid', () => {
  const layouts: Record<string, (text: string) => string> = {
    'on one line': text => JSON.stringify(JSON.parse(text)),
    'indented by two': text => JSON.stringify(JSON.parse(text), null, 2),
    'indented by tabs': text => JSON.stringify(JSON.parse(text), null, '\t'),
    'with CRLF': text => JSON.stringify(JSON.parse(text), null, 1).replaceAll('\n', '\r\n'),
    'with sorted members': text => JSON.stringify(sorted(JSON.parse(text)), null, 4),
    'with members backwards': text => JSON.stringify(reversed(JSON.parse(text)), null, 1),
    'in ASCII only': text =>
      text.replace(
        /[^\0-\x7e]/g,
        unit => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
      ),
    'with escaped slashes': text => JSON.stringify(JSON.parse(text)).replaceAll('/', '\\/'),
    'with space around': text => `\n\t ${JSON.stringify(JSON.parse(text))} \r\n`,
  };

  it.each(Object.entries(layouts))('reads a backup %s as the same backup', async (_, lay) => {
    const original = await readAll(document);
    for (const chunkSize of [1, 13, 64 * 1024]) {
      const relaid = await readAll(lay(document), chunkSize);
      expect(relaid.parts).toEqual(EXPECTED_PARTS);
      expect(relaid.footer).toEqual(original.footer);
      expect(relaid.origin).toBe('relaid');
    }
  });

  it('reads our own layout as ours', async () => {
    const { parts, origin } = await readAll(document, 1);
    expect(parts).toEqual(EXPECTED_PARTS);
    expect(origin).toBe('ours');
  });

  it.each([['.'], ['-S', '.'], ['--tab', '-S', '.'], ['-c', '.'], ['-a', '.']])(
    'reads what jq makes of a backup: %s %s %s',
    async (...jqArguments) => {
      // The test command installs jq where it is missing; without it this fails rather than passes unseen.
      const jq = spawnSync('jq', jqArguments, { input: document });
      expect(jq.error).toBeUndefined();
      expect(jq.stderr.toString()).toBe('');
      const { parts, footer, origin } = await readAll(jq.stdout);
      expect(parts).toEqual(EXPECTED_PARTS);
      expect(footer.digest).toBe((await readAll(document)).footer.digest);
      expect(origin).toBe('relaid');
    },
  );

  it('says foreign of what no key of ours signed', async () => {
    expect((await readAll(document, 100, THEIRS)).origin).toBe('foreign');
    const unsigned = changed(document, value => delete value.signature);
    expect((await readAll(unsigned)).origin).toBe('foreign');
  });

  it('says altered of a header that was not signed so', async () => {
    const renamed = document.replace('"createdBy":"Zoë"', '"createdBy":"Zoe"');
    expect(renamed).not.toBe(document);
    expect((await readAll(renamed)).origin).toBe('altered');
    const extended = document.replace('"relations":[', '"unknown":{"x":[1]},"relations":[');
    expect((await readAll(extended)).origin).toBe('altered');
  });

  it.each([
    ['a value', (text: string) => text.replace('"3000.00"', '"3000.01"')],
    ['a space in a text', (text: string) => text.replace('[1, 2]', '[1,2]')],
    ['null to a text', (text: string) => text.replace('3000.00",null', '3000.00","null"')],
    [
      'the order of rows',
      (text: string) => text.replace('[123456789012345],\n[-1.5e-07]', '[-1.5e-07],\n[123456789012345]'),
    ],
    ['a row less', (text: string) => text.replace('[123456789012345],\n', '')],
    ['a count', (text: string) => text.replace('"count":2', '"count":1')],
    ['another relation of as many columns', (text: string) => text.replace('{"relation":2', '{"relation":1')],
  ])('refuses a backup in which somebody changed %s', async (_, change) => {
    const altered = change(document);
    expect(altered).not.toBe(document);
    expect((await problem(altered)).kind).toBe('invalid_backup');
  });

  it('names table, line and column of a row that is not one', async () => {
    const short = await problem(document.replace('[-1.5e-07]', '\n  [-1.5e-07,1]'));
    expect(short.message).toMatch(/^Line \d+, column 3: a row of public\.club has 2 values for 1 columns\.$/);
    expect((await problem(document.replace('[-1.5e-07]', '[[-1.5e-07]]'))).message).toContain(
      'array or object',
    );
    expect((await problem(document.replace('[-1.5e-07]', '-1.5e-7'))).message).toContain(
      'should be an array',
    );
    expect((await problem(document.replace('[-1.5e-07]', '[{}]'))).message).toContain('array or object');
  });

  it('refuses members that stand there twice', async () => {
    for (const twice of [
      document.replace('"totals":', '"digest":"x","totals":'),
      document.replace('"totals":', '"rows":[],"totals":'),
      document.replace('{"satchel":1', '{"s\\u0061tchel":1,"satchel":1'),
      document.replace('"count":2', '"count":2,"count":2'),
      document.replace('{"relation":1,', '{"relation":1,"rows":[],'),
      document.replace('"database":"school"', '"database":"school","database":"school"'),
    ]) {
      expect(twice).not.toBe(document);
      expect((await problem(twice)).message).toMatch(/named "/);
    }
  });

  it('ignores unknown members, however deep', async () => {
    const extended = changed(document, value => {
      Object.assign(value, { future: { list: [[[1]]] } });
      for (const part of value.rows) Object.assign(part, { sorted: true, by: ['id'] });
    });
    const { parts } = await readAll(extended, 3);
    expect(parts).toEqual(EXPECTED_PARTS);
  });

  it('refuses a newer version as unsupported, wherever it stands and whatever else is different', async () => {
    const newer = { satchel: 2, rows: { of: 'another kind' } };
    for (const text of [
      JSON.stringify(newer),
      JSON.stringify(sorted(newer)),
      document.replace('"satchel":1', '"satchel":2'),
    ]) {
      expect((await problem(text)).kind).toBe('unsupported');
    }
  });

  it.each([
    '{}',
    '{"rows":[]}',
    '{"satchel":1}',
    '[]',
    '1',
    '""',
    '{"satchel":"1","rows":[]}',
    '{"satchel":0,"rows":[]}',
  ])('refuses %s as not a backup', async text => {
    expect((await problem(text)).kind).toBe('invalid_backup');
  });

  it('refuses a backup that is cut off anywhere', async () => {
    const laid = Buffer.from(JSON.stringify(sorted(JSON.parse(document)), null, 1));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: laid.length - 1 }), async length => {
        expect((await problem(laid.subarray(0, length))).kind).toBe('invalid_backup');
      }),
      { numRuns: 200 },
    );
  });

  it('never takes a flipped byte for the backup that was written', async () => {
    const laid = Buffer.from(JSON.stringify(JSON.parse(document), null, 1));
    const original = await readAll(laid);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: laid.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const flipped = Buffer.from(laid);
          flipped[at] = (flipped[at] ?? 0) ^ mask;
          let contents: Contents;
          try {
            contents = await readAll(flipped);
          } catch (error) {
            if (error instanceof BackupError) return;
            // The header itself may have been changed into another that is in order.
            if (error instanceof Error && error.name === 'AssertionError') return;
            throw error;
          }
          expect(contents.parts).toEqual(original.parts);
          // White space may change into other white space, and the signature's own words into those of another key.
          if (contents.origin === 'relaid') expect(contents).toEqual(original);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('checks the rows of a part that nobody looked at, or left early', async () => {
    for (const look of [false, true]) {
      const good = await readRelaid(sourceOf(document), { keyRing: OURS, compression: 'gzip' });
      expect(() => good.result()).toThrow('not been read');
      for await (const part of good.parts()) {
        if (!look) continue;
        for await (const batch of part.rows) {
          expect(batch.rows).toBeGreaterThan(0);
          break;
        }
      }
      expect(good.result().origin).toBe('ours');
      expect(good.compression).toBe('gzip');
      const bad = await readRelaid(sourceOf(document.replace('"3000.00"', '"3000.01"')), {
        keyRing: OURS,
        compression: 'none',
      });
      const run = async (): Promise<void> => {
        for await (const part of bad.parts()) expect(part.relation).toBe(0);
      };
      await expect(run()).rejects.toThrow('public.pupil');
    }
  });

  it('hands on rows in batches, none of them large', async () => {
    const rows = Array.from({ length: 20_000 }, (_, id) => [id, `name ${id}`, true, 'x'.repeat(50)]);
    const large = JSON.stringify(JSON.parse(await written([[0, rows]])), null, 1);
    const reader = await readRelaid(sourceOf(large), { keyRing: OURS, compression: 'none' });
    const batches: number[] = [];
    let count = 0;
    for await (const part of reader.parts()) {
      for await (const batch of part.rows) {
        batches.push(batch.bytes.length);
        count += batch.rows;
      }
    }
    expect(count).toBe(20_000);
    expect(batches.length).toBeGreaterThan(3);
    expect(Math.max(...batches)).toBeLessThan(300 * 1024);
  });

  it('stops when asked to, and releases the source', async () => {
    const controller = new AbortController();
    const reader = await readRelaid(sourceOf(document, 10), {
      keyRing: OURS,
      compression: 'none',
      signal: controller.signal,
    });
    const run = async (): Promise<void> => {
      for await (const part of reader.parts()) {
        expect(part.relation).toBe(0);
        controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ kind: 'cancelled' });
    await reader.close();
  });
});
