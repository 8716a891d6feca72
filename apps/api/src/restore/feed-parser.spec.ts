import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { feedParser } from './feed-parser.js';

const STALL_MS = 30_000;

/** Just before a silence would be too long. */
const ALMOST_MS = STALL_MS - 1_000;

const signal = new AbortController().signal;

let taken: number;
let body: PassThrough;

beforeEach(() => {
  vi.useFakeTimers();
  taken = 0;
  body = new PassThrough();
});
afterEach(() => vi.useRealTimers());

function parser(): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      taken += chunk.length;
      done();
    },
  });
}

it('cuts off a sender who is silent', async () => {
  const ended = feedParser(body, parser(), { stallMs: STALL_MS, signal }).catch((error: unknown) => error);
  body.write(Buffer.alloc(100_000));
  await vi.advanceTimersByTimeAsync(STALL_MS);
  expect(await ended).toMatchObject({ kind: 'validation_error' });
  expect(taken).toBe(100_000);
});

it('cuts off a sender who sends a byte whenever a silence would be too long', async () => {
  const ended = feedParser(body, parser(), { stallMs: STALL_MS, signal }).catch((error: unknown) => error);
  for (let bytes = 0; bytes < 10; bytes++) {
    body.write('x');
    await vi.advanceTimersByTimeAsync(ALMOST_MS);
  }
  expect(await ended).toMatchObject({ kind: 'validation_error' });
  expect(taken).toBeLessThan(10);
});

it('waits as long as it takes for a sender whose line is slow', async () => {
  const fed = feedParser(body, parser(), { stallMs: STALL_MS, signal });
  for (let chunks = 0; chunks < 100; chunks++) {
    body.write(Buffer.alloc(16 * 1024));
    await vi.advanceTimersByTimeAsync(ALMOST_MS);
  }
  body.end();
  await fed;
  expect(taken).toBe(100 * 16 * 1024);
});
