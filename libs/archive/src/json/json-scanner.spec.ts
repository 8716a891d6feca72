import { BackupError } from '@satchel/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteSink } from './byte-sink.js';
import { JsonScanner } from './json-scanner.js';
import { inLentChunks } from '../testing/invented-backup.js';

const MANY = 1_000_000;

function inChunks(document: string | Uint8Array, size = 7): AsyncIterable<Uint8Array> {
  return inLentChunks(typeof document === 'string' ? Buffer.from(document) : document, size);
}

async function read(document: string | Uint8Array, size?: number): Promise<unknown> {
  const scanner = new JsonScanner(inChunks(document, size));
  const value = await scanner.readValue(MANY);
  await scanner.end();
  return value;
}

async function compact(document: string | Uint8Array, size?: number): Promise<string> {
  const scanner = new JsonScanner(inChunks(document, size));
  const sink = new ByteSink();
  await scanner.captureValue(sink, MANY);
  await scanner.end();
  return Buffer.from(sink.view()).toString();
}

async function problem(run: Promise<unknown>): Promise<BackupError> {
  const thrown: unknown = await run.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof BackupError)) throw new Error(`expected a BackupError, got ${String(thrown)}`);
  return thrown;
}

/** Any text that PostgreSQL can store. */
const anyText = fc.string({ unit: 'binary' }).map(text => text.replaceAll('\0', ''));

const anyJson = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, '', 0, -1.5, 1e300, 5e-324),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    anyText,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 5 }),
  ),
})).value;

const chunkSize = fc.integer({ min: 1, max: 9 });
const indent = fc.constantFrom('', ' ', '\t', '\r\n  ');

/** Writes a string with escapes where none are needed, chosen by a list of numbers. */
function escapedAtWill(text: string, choices: readonly number[]): string {
  const units = Array.from({ length: text.length }, (_, index) => {
    const unit = text.charCodeAt(index);
    const choice = choices[index % choices.length] ?? 0;
    const hex = unit.toString(16).padStart(4, '0');
    // Half an escaped pair would not be what the text says, so surrogates are escaped always.
    if (choice === 1 || (unit >= 0xd800 && unit < 0xe000)) return `\\u${hex}`;
    if (choice === 2) return `\\u${hex.toUpperCase()}`;
    if (text[index] === '/' && choice === 3) return '\\/';
    return JSON.stringify(text[index]).slice(1, -1);
  });
  return `"${units.join('')}"`;
}

describe('JsonScanner', () => {
  it('reads any JSON document as JSON.parse does, however it is chunked', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, indent, chunkSize, async (value, space, size) => {
        const document = JSON.stringify(value, null, space);
        expect(await read(document, size)).toEqual(JSON.parse(document));
      }),
      { numRuns: 400 },
    );
  });

  it('captures compact JSON, whatever the white space', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, indent, chunkSize, async (value, space, size) => {
        const document = JSON.stringify(value, null, space);
        expect(await compact(` ${document}\n`, size)).toBe(JSON.stringify(JSON.parse(document)));
      }),
      { numRuns: 400 },
    );
  });

  it('captures strings in one form, whatever the escapes', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 }),
        chunkSize,
        async (text, choices, size) => {
          const document = `{${escapedAtWill(text, choices)}: ${escapedAtWill(text, choices)}}`;
          const canonical = JSON.stringify(text);
          expect(await compact(document, size)).toBe(`{${canonical}:${canonical}}`);
        },
      ),
      { numRuns: 400 },
    );
    expect(await compact('"\\u001F\\u000a\\u2028\\u007f\\u00e9\\/\\ud83D\\ude00\\u0022\\u005C"', 1)).toBe(
      '"\\u001f\\n\u2028\u007fé/😀\\"\\\\"',
    );
  });

  it('keeps numbers byte for byte', async () => {
    expect(await compact('[1.0, -0, 1E+5,\t0.10e-2, 123456789012345678901234567890]', 1)).toBe(
      '[1.0,-0,1E+5,0.10e-2,123456789012345678901234567890]',
    );
  });

  it('refuses what JSON.parse refuses, and beside it only what it explains', async () => {
    const mutation = fc.record({
      at: fc.nat(),
      drop: fc.integer({ min: 0, max: 2 }),
      insert: fc.constantFrom(
        '',
        ',',
        '"',
        '\\',
        '[',
        ']',
        '{',
        '}',
        ':',
        '0',
        '-',
        '.',
        'e',
        'u',
        '\\u00',
        '\n',
        '\u00a0',
        'é',
        'null',
        ' ',
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        anyJson,
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        chunkSize,
        async (value, mutations, size) => {
          let document = JSON.stringify(value, null, 1);
          for (const { at, drop, insert } of mutations) {
            const from = at % (document.length + 1);
            document = document.slice(0, from) + insert + document.slice(from + drop);
          }
          document = Buffer.from(document).toString();
          let expected: { value: unknown } | null = null;
          try {
            expected = { value: JSON.parse(document) as unknown };
          } catch {
            // Not JSON.
          }
          try {
            const actual = await read(document, size);
            expect(expected).toEqual({ value: actual });
          } catch (error) {
            if (!(error instanceof BackupError)) throw error;
            if (expected) expect(error.message).toMatch(/U\+0000|surrogate pair|two members are named/);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it.each([
    '',
    ' ',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{1:2}',
    "{'a':1}",
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    '1e+',
    'nul',
    'nulll',
    'True',
    'NaN',
    '[1 2]',
    '"\t"',
    '"\\x41"',
    '"\\u12"',
    '"\\u12g4"',
    '[1]]',
    '{}{}',
    '// x\n1',
    '\ufeff1',
    '[1\u00a0]',
  ])('refuses %j', async document => {
    const whole = await problem(read(document, 100));
    expect(whole.kind).toBe('invalid_backup');
    expect((await problem(read(document, 1))).message).toBe(whole.message);
  });

  it('says where the error is', async () => {
    const error = await problem(read('{\n  "a": [\r\n    1 2\n  ]\n}'));
    expect(error.message).toBe('Line 3, column 7: expected a comma or "]".');
    expect(error.context).toEqual({ byte: 18, line: 3, column: 7 });
  });

  it('refuses a document that is cut off, wherever', async () => {
    const document = Buffer.from('{"a":[1,-2.5e3,true,null,"x\\ud83d\\ude00é\\n"],"b":{"c":{}}} ');
    for (let length = 0; length < document.length - 1; length++) {
      for (const size of [1, 1000]) {
        const error = await problem(read(document.subarray(0, length), size));
        expect(error.message).toMatch(/cut off|inside a character/);
      }
    }
    expect(await read(document)).toBeTypeOf('object');
  });

  it.each([
    ['a stray continuation', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80]],
    ['a byte that never occurs', [0xff]],
    ['an unfinished character', [0xe2, 0x82]],
  ])('refuses %s as not UTF-8, at its byte', async (_, bytes) => {
    const document = Buffer.concat([Buffer.from('["aé€😀'), Buffer.from(bytes), Buffer.from('"]')]);
    for (const size of [1, 2, 3, 5, 1000]) {
      const error = await problem(read(document, size));
      expect(error.message).toMatch(/^Line 1, column 13: not UTF-8/);
    }
  });

  it('tells the first error of the document, not the first one it could see', async () => {
    const document = Buffer.concat([Buffer.from('[1 2, "'), Buffer.from([0xff]), Buffer.from('"]')]);
    expect((await problem(read(document, 1000))).message).toBe('Line 1, column 4: expected a comma or "]".');
  });

  it('refuses U+0000 and half surrogate pairs', async () => {
    expect((await problem(read('"\\u0000"'))).message).toContain('U+0000');
    for (const half of ['\\ud83d', '\\ude00', '\\ud83dx', '\\ud83d\\n', '\\ud83d\\ud83d']) {
      expect((await problem(read(`"${half}"`))).message).toContain('surrogate pair');
    }
  });

  it('stops at once in 100 MB of opening brackets', async () => {
    let chunks = 0;
    let returned = false;
    async function* bomb(): AsyncIterable<Uint8Array> {
      try {
        for (; chunks < 1600; chunks++) yield Buffer.alloc(65536, '[');
      } finally {
        returned = true;
      }
    }
    const scanner = new JsonScanner(bomb());
    const error = await problem(scanner.skipValue());
    expect(error.message).toBe('Line 1, column 65: more than 64 arrays and objects inside one another.');
    await scanner.close();
    expect(returned).toBe(true);
    expect(chunks).toBe(0);
  });

  it('takes a value only up to its limit, without reading on', async () => {
    let chunks = 0;
    async function* endless(): AsyncIterable<Uint8Array> {
      yield Buffer.from('"');
      for (;;) {
        chunks++;
        yield Buffer.alloc(1000, 'x');
      }
    }
    const scanner = new JsonScanner(endless());
    const error = await problem(scanner.captureValue(new ByteSink(), 10_000));
    expect(error.kind).toBe('too_large');
    expect(error.message).toContain('10000 bytes');
    expect(chunks).toBeLessThan(15);
    await scanner.close();
  });

  it('passes over a value of any size in memory that does not grow', async () => {
    const piece = Buffer.alloc(1 << 20, 'x');
    async function* large(): AsyncIterable<Uint8Array> {
      yield Buffer.from('["');
      for (let index = 0; index < 200; index++) yield piece;
      yield Buffer.from('"]');
    }
    const before = process.memoryUsage().arrayBuffers;
    const scanner = new JsonScanner(large());
    await scanner.skipValue();
    await scanner.end();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
  });

  it('goes through members and elements in their order', async () => {
    for (const size of [1, 3, 1000]) {
      const scanner = new JsonScanner(
        inChunks('{ "skip" : {"x":[1]} , "list": [ [1,"a"] ,[ 2 , "b" ] ], "n\\u0061me": "v" }', size),
      );
      const sink = new ByteSink();
      await scanner.beginObject();
      expect(await scanner.nextMember()).toBe('skip');
      await scanner.skipValue();
      expect(await scanner.nextMember()).toBe('list');
      await scanner.beginArray();
      const seen: unknown[] = [];
      const ended = await scanner.captureElements(sink, {
        maxBytes: 100,
        onElement: (start, place, scalars) => {
          seen.push([Buffer.from(sink.view(start)).toString(), place.column, scalars]);
          return true;
        },
      });
      expect(ended).toBe(true);
      expect(seen).toEqual([
        ['[1,"a"]', 34, 2],
        ['[2,"b"]', 43, 2],
      ]);
      expect(await scanner.nextMember()).toBe('name');
      expect(await scanner.readValue(10)).toBe('v');
      expect(await scanner.nextMember()).toBeNull();
      await scanner.end();
    }
  });

  it('stops between elements when asked to, and goes on from there', async () => {
    const scanner = new JsonScanner(inChunks('[1,2,3]', 2));
    const sink = new ByteSink();
    await scanner.beginArray();
    const ends: boolean[] = [];
    do ends.push(await scanner.captureElements(sink, { maxBytes: 10, onElement: () => false }));
    while (!ends.at(-1));
    expect(ends).toEqual([false, false, false, true]);
    expect(Buffer.from(sink.view()).toString()).toBe('123');
    await scanner.end();
  });

  it('limits the nesting of elements, with the words it was given', async () => {
    const scanner = new JsonScanner(inChunks('[[1],[[2]]]'));
    await scanner.beginArray();
    const options = {
      maxBytes: 10,
      maxDepth: 1,
      depthProblem: 'a row holds plain values',
      onElement: () => true,
    };
    expect((await problem(scanner.captureElements(new ByteSink(), options))).message).toBe(
      'Line 1, column 7: a row holds plain values.',
    );
  });

  it('refuses two members of one name in a value that is read whole', async () => {
    expect((await problem(read('{"a":[{"b":1,"c":{"b":2},"\\u0062":3}]}'))).message).toContain(
      'two members are named "b"',
    );
    expect(await read('[{"b":1},{"b":2},["b","b"]]')).toEqual([{ b: 1 }, { b: 2 }, ['b', 'b']]);
  });

  it('releases its source when closed early, and only once', async () => {
    let returned = 0;
    async function* source(): AsyncIterable<Uint8Array> {
      try {
        yield Buffer.from('[1,');
        yield Buffer.from('2]');
      } finally {
        returned++;
      }
    }
    const scanner = new JsonScanner(source());
    await scanner.beginArray();
    await scanner.close();
    await scanner.close();
    expect(returned).toBe(1);
  });
});
