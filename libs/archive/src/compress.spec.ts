import { execFileSync } from 'node:child_process';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { BackupError } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { compress, decompress, detectCompression } from './compress.js';
import { gather, inChunks } from './testing/invented-backup.js';

const TEXT = Buffer.from(
  Array.from({ length: 3000 }, (_, row) => `[${row},"PRESENT",${row * 7919}]\n`).join(''),
);

async function packed(bytes: Uint8Array, compression: 'gzip' | 'zstd'): Promise<Buffer> {
  return gather(compress(inChunks(bytes, 10_000), compression));
}

async function outcomeOf(
  bytes: Uint8Array,
  compression: 'gzip' | 'zstd',
  chunkSize: number,
): Promise<Buffer | BackupError> {
  try {
    return await gather(decompress(inChunks(bytes, chunkSize), compression));
  } catch (error) {
    if (error instanceof BackupError) return error;
    throw error;
  }
}

describe.each(['gzip', 'zstd'] as const)('%s', compression => {
  it('gives back what went in, whatever the chunks', async () => {
    const bytes = await packed(TEXT, compression);
    expect(detectCompression(bytes)).toBe(compression);
    expect((compression === 'gzip' ? gunzipSync : zstdDecompressSync)(bytes).equals(TEXT)).toBe(true);
    for (const size of [1, 3, bytes.length - 1, bytes.length, bytes.length + 1]) {
      expect(await gather(decompress(inChunks(bytes, size), compression))).toEqual(TEXT);
    }
    expect(
      await gather(decompress(inChunks(await packed(Buffer.alloc(0), compression), 1), compression)),
    ).toHaveLength(0);
  });

  it('frees the memory of what has been read, at once', async () => {
    const bytes = await packed(Buffer.alloc(5_000_000), compression);
    const memory = new Set<ArrayBufferLike>();
    for await (const chunk of decompress(inChunks(bytes, 1000), compression)) {
      memory.add(chunk.buffer);
      const held = [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
      expect(held).toBeLessThanOrEqual(2 * 1024 * 1024);
    }
    expect(memory.size).toBeGreaterThanOrEqual(5);
  });

  it('refuses every cut, saying so', async () => {
    const bytes = await packed(Buffer.from('a small backup, a small backup'), compression);
    for (let length = 1; length < bytes.length; length++) {
      const outcome = await outcomeOf(bytes.subarray(0, length), compression, 16);
      expect(outcome, `cut at ${length}`).toMatchObject({ kind: 'invalid_backup' });
      expect((outcome as BackupError).message).toContain('cut off');
    }
  });

  it('refuses bytes after the end, or gives out more than went in', async () => {
    const bytes = await packed(TEXT, compression);
    for (const tail of [Buffer.from('junk that follows'), Buffer.from([1])]) {
      for (const size of [1, 7, bytes.length, 1_000_000]) {
        const outcome = await outcomeOf(Buffer.concat([bytes, tail]), compression, size);
        expect(outcome).toMatchObject({ kind: 'invalid_backup' });
      }
    }
    for (const size of [1, 7, bytes.length, 1_000_000]) {
      const outcome = await outcomeOf(Buffer.concat([bytes, bytes]), compression, size);
      if (Buffer.isBuffer(outcome)) expect(outcome).toHaveLength(2 * TEXT.length);
      else expect(outcome).toMatchObject({ kind: 'invalid_backup' });
    }
  });

  it('stops at the limit, whatever a small file unpacks to', async () => {
    const bomb = (compression === 'gzip' ? gzipSync : zstdCompressSync)(Buffer.alloc(50_000_000));
    let size = 0;
    const draining = (async () => {
      for await (const chunk of decompress(inChunks(bomb, 65_536), compression, {
        maxUnpackedBytes: 1_000_000,
      })) {
        size += chunk.length;
      }
    })();
    await expect(draining).rejects.toMatchObject({ kind: 'too_large', context: { limit: 1_000_000 } });
    expect(size).toBeLessThanOrEqual(1_000_000);
  });

  it('passes the error of its source on', async () => {
    const failing = (async function* () {
      yield await packed(TEXT, compression).then(bytes => bytes.subarray(0, 100));
      throw new BackupError('unavailable', 'The disk has gone.');
    })();
    await expect(gather(decompress(failing, compression))).rejects.toThrow('The disk has gone.');
    const rows = (async function* () {
      yield await Promise.resolve(TEXT);
      throw new BackupError('unavailable', 'The server has gone.');
    })();
    await expect(gather(compress(rows, compression))).rejects.toThrow('The server has gone.');
  });

  it('closes its source when its taker leaves', async () => {
    let closed = false;
    const source = (async function* () {
      try {
        for (;;) yield await Promise.resolve(TEXT);
      } finally {
        closed = true;
      }
    })();
    for await (const chunk of compress(source, compression)) if (chunk.length > 0) break;
    await expect.poll(() => closed).toBe(true);
  });
});

describe('zstd', () => {
  it('detects every flipped byte by its checksum', async () => {
    const bytes = await packed(Buffer.from('a small backup of seven pupils'), 'zstd');
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
      const outcome = await outcomeOf(flipped, 'zstd', 1000);
      // Bits of the frame's header may be unused; what comes out is then the same.
      if (Buffer.isBuffer(outcome)) expect(outcome.toString()).toBe('a small backup of seven pupils');
    }
  });

  it('refuses a window that would take gigabytes', async () => {
    const bytes = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);
    expect(await outcomeOf(bytes, 'zstd', 100)).toMatchObject({ kind: 'too_large' });
  });
});

it('takes what is not known as not compressed', async () => {
  expect(detectCompression(Buffer.from('{"satchel":1,'))).toBe('none');
  expect(detectCompression(Buffer.alloc(0))).toBe('none');
  expect(await gather(decompress(inChunks(TEXT, 999), 'none'))).toEqual(TEXT);
});

it('is read by the tools that everybody has', async () => {
  expect(execFileSync('gzip', ['-dc'], { input: await packed(TEXT, 'gzip') }).equals(TEXT)).toBe(true);
});
