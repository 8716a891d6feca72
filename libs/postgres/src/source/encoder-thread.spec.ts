import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupError } from '@satchel/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHere, type OpenAnswer } from './answer-reader.js';
import { ColumnClass } from './column-class.js';
import { CHUNK_BYTES, EncoderThread } from './encoder-thread.js';
import type { RowFormat } from './row-format.js';

const FORMAT: RowFormat = { name: 'text', classes: [ColumnClass.number, ColumnClass.text] };

/** One message of the server's protocol. */
function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(Buffer.byteLength(body) + 4, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const row = (text: string, number = 1): Buffer => message('d', `${number}\t${text}\n`);
const NOTICE = message('N', 'a notice');
/** What stands behind the last row: two messages that are the driver's. */
const ENDING = Buffer.concat([message('c', ''), message('C', 'COPY\0'), message('Z', 'T')]);

interface Read {
  readonly lines: string;
  readonly rows: number;
  readonly forDriver: string;
}

/** Pushes bytes in pieces of the given sizes, over and over, and waits for the end. */
function read(open: OpenAnswer, bytes: Buffer, sizes: readonly number[]): Promise<Read> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const forDriver: string[] = [];
    const reader = open(FORMAT, {
      onPiece(piece) {
        for (const batch of piece.batches) {
          lines.push(Buffer.from(batch.bytes).toString());
          batch.recycle?.();
        }
        forDriver.push(...piece.forDriver.map(part => Buffer.from(part).toString()));
        if (!piece.hasEnded) return;
        // Read here, the end is told before all bytes have been pushed.
        setImmediate(() => {
          resolve({ lines: lines.join(''), rows: piece.rows, forDriver: forDriver.join('') });
        });
      },
      onFailure: reject,
    });
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      // As the socket does: its buffer is written over by the next read.
      const piece = Buffer.from(bytes.subarray(at, at + (sizes[turn % sizes.length] ?? bytes.length)));
      reader.push(piece);
      at += piece.length;
      piece.fill(0);
    }
  });
}

describe('EncoderThread', () => {
  let thread: EncoderThread;

  beforeAll(() => {
    thread = new EncoderThread();
  });

  afterAll(() => thread.close());

  it('makes the same of an answer as is made of it here, wherever its bytes are cut', async () => {
    const part = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.string({ maxLength: 40 }).map(text => row(text.replaceAll(/[\\\s]/g, '_'))),
      },
      { weight: 1, arbitrary: fc.constant(NOTICE) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        async (parts, sizes) => {
          const bytes = Buffer.concat([message('H', 'head'), ...parts, ENDING]);
          expect(await read(thread.open, bytes, sizes)).toEqual(await read(readHere, bytes, sizes));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps answers apart that are read at the same time, and batches that are larger than a chunk', async () => {
    const answers = ['a', 'b', 'c'].map(letter => {
      const rows = Array.from({ length: 300 }, (_, number) => row(letter.repeat(10_000), number));
      return Buffer.concat([...rows, row(letter.repeat(CHUNK_BYTES * 2)), ENDING]);
    });
    const here = await Promise.all(answers.map(bytes => read(readHere, bytes, [65_536])));
    const there = await Promise.all(answers.map(bytes => read(thread.open, bytes, [65_536])));
    expect(there).toEqual(here);
    expect(there.map(one => one.rows)).toEqual([301, 301, 301]);
  });

  it('fills memory again that batches have been given back of', async () => {
    const batches: Uint8Array[] = [];
    const open: OpenAnswer = (format, listener) =>
      thread.open(format, {
        onPiece(piece) {
          batches.push(...piece.batches.map(({ bytes }) => bytes));
          listener.onPiece(piece);
        },
        onFailure: error => listener.onFailure(error),
      });
    for (const text of ['first', 'other']) await read(open, Buffer.concat([row(text), ENDING]), [1000]);
    expect(batches.map(bytes => Buffer.from(bytes).toString())).toEqual(['[1,"other"]\n', '[1,"other"]\n']);
  });

  it('asks its connection to wait while it has enough to do', async () => {
    const rows = Buffer.concat(Array.from({ length: 100 }, () => row('x'.repeat(1000))));
    let pushedBytes = 0;
    await new Promise<void>((resolve, reject) => {
      const onPiece = (): void => {
        if (!reader.isFull) resolve();
      };
      const reader = thread.open(FORMAT, { onPiece, onFailure: reject });
      for (; !reader.isFull; pushedBytes += rows.length) reader.push(rows);
    });
    expect(pushedBytes).toBeLessThan(8 * CHUNK_BYTES);
  });

  it('passes on what is wrong with the bytes as it was said', async () => {
    const wrong = Buffer.concat([row('fine'), message('d', '1\ttoo\tmany\n'), ENDING]);
    const here: unknown = await read(readHere, wrong, [10]).catch((error: unknown) => error);
    const there: unknown = await read(thread.open, wrong, [10]).catch((error: unknown) => error);
    expect(there).toBeInstanceOf(BackupError);
    expect(there).toMatchObject({ kind: 'unavailable', context: { columns: 2 } });
    expect(String(there)).toBe(String(here));
  });

  it('says nothing more of an answer that nobody wants any longer', async () => {
    const said: unknown[] = [];
    const reader = thread.open(FORMAT, {
      onPiece: piece => said.push(piece),
      onFailure: error => said.push(error),
    });
    reader.push(Buffer.concat([row('x'.repeat(CHUNK_BYTES)), ENDING]));
    reader.release();
    // The thread answers in order: with this one it has answered the other too.
    await read(thread.open, ENDING, [100]);
    expect(said).toEqual([]);
  });

  it('fails what it was reading, and what it is asked later, once it has died', async () => {
    const dying = new EncoderThread();
    const reading = read(dying.open, row('never ends'), [5]);
    reading.catch(() => undefined);
    await dying.close();
    await expect(reading).rejects.toMatchObject({ kind: 'system_error' });
    await expect(read(dying.open, ENDING, [5])).rejects.toMatchObject({ kind: 'system_error' });
  });

  it('does not keep its process alive', async () => {
    const entry = new URL('./encoder-thread.ts', import.meta.url).href;
    const folder = await mkdtemp(join(tmpdir(), 'satchel-encoder-'));
    try {
      const script = join(folder, 'starts-a-thread.mjs');
      await writeFile(
        script,
        `const { EncoderThread } = await import(${JSON.stringify(entry)});
        const listener = { onPiece() {}, onFailure() {} };
        new EncoderThread().open({ name: 'text', classes: [] }, listener).push(new Uint8Array(${CHUNK_BYTES}));
        setTimeout(() => console.log('idle'), 100);`,
      );
      const child = spawn(process.execPath, [...process.execArgv, script], { timeout: 15_000 });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      const [code] = (await once(child, 'close')) as [number | null];
      expect(output).toContain('idle');
      expect(code).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
