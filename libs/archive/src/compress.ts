import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { BackupError, type Compression } from '@satchel/domain';

type Transform = ReturnType<typeof createGzip> | ReturnType<typeof createZstdCompress>;

/** Output chunks, in bytes: each waits for a turn of the event loop, which is busy with rows meanwhile. */
const CHUNK_BYTES = 1024 * 1024;

/** Level 6 is what `gzip` itself uses. */
const GZIP_LEVEL = 6;

/**
 * Level 1 with a small window and a table that fits into a core's nearest cache: what a row repeats stands a few rows before it, and a
 * near match takes fewer bits than a far one. Less time than plain level 1, and smaller: see `docs/archive-format.md`, "Compression".
 */
const ZSTD_PARAMETERS = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_windowLog]: 17,
  [constants.ZSTD_c_hashLog]: 12,
  [constants.ZSTD_c_minMatch]: 7,
  [constants.ZSTD_c_checksumFlag]: 1,
};

/** 2^27 bytes, what the `zstd` tool takes by default: a hostile frame must not choose how much memory is used. */
const ZSTD_MAX_WINDOW_LOG = 27;

export interface DecompressOptions {
  /** Most bytes that may come out; a small hostile file can hold terabytes. */
  readonly maxUnpackedBytes?: number | undefined;
}

/** The marks with which compressed bytes begin. */
const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** Tells the compression by the first four bytes of a file; what is not known counts as not compressed. */
export function detectCompression(start: Uint8Array): Compression {
  const found = MAGIC.find(([, magic]) => magic.every((byte, index) => start[index] === byte));
  return found?.[0] ?? 'none';
}

/**
 * Compresses a stream as one gzip member or one zstd frame with a checksum.
 *
 * @returns chunks, each valid only until the next is asked for
 */
export function compress(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'none':
      return chunks;
    case 'gzip':
      return passThrough(chunks, createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK_BYTES }));
    case 'zstd':
      // nbWorkers stays unset: Node's stream fails at its end with more than none.
      return passThrough(
        chunks,
        createZstdCompress({
          chunkSize: CHUNK_BYTES,
          params: ZSTD_PARAMETERS,
        }),
      );
  }
}

/**
 * Undoes `compress`. The inverse is strict: damage, an end in the middle and bytes after the end are errors, also where
 * Node's own streams would stop in silence.
 *
 * @returns chunks, each valid only until the next is asked for
 * @throws BackupError `invalid_backup` for damage, `too_large` if more than `maxUnpackedBytes` come out
 */
export function decompress(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
  options: DecompressOptions = {},
): AsyncIterable<Uint8Array> {
  return limited(unpacked(chunks, compression), options.maxUnpackedBytes);
}

function unpacked(chunks: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'none':
      return chunks;
    case 'gzip':
      return passThrough(chunks, createGunzip({ chunkSize: CHUNK_BYTES }), 'gzip');
    case 'zstd':
      return passThrough(
        chunks,
        createZstdDecompress({
          chunkSize: CHUNK_BYTES,
          params: { [constants.ZSTD_d_windowLogMax]: ZSTD_MAX_WINDOW_LOG },
        }),
        'zstd',
      );
  }
}

/** @param unpacking what is undone; absent while compressing, where no input is wrong */
async function* passThrough(
  chunks: AsyncIterable<Uint8Array>,
  transform: Transform,
  unpacking?: 'gzip' | 'zstd',
): AsyncGenerator<Uint8Array, void, undefined> {
  let fedBytes = 0;
  let sourceFailure: { readonly error: unknown } | null = null;
  async function* fed(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of chunks) {
        fedBytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      sourceFailure = { error };
      throw error;
    }
  }
  // Settles with the transform; a failure reaches us through it, and nobody waits here where the reader left early.
  const feeding = (unpacking === undefined ? feedThenEnd(fed(), transform) : pipeline(fed(), transform)).then(
    () => true,
    () => false,
  );
  try {
    for await (const chunk of transform as AsyncIterable<Buffer>) {
      yield chunk;
      freeIfFilled(chunk);
    }
  } catch (error) {
    if (unpacking === undefined || sourceFailure !== null) throw error;
    throw damaged(unpacking, error);
  }
  const consumedAll = await feeding;
  if (unpacking !== undefined && (!consumedAll || transform.bytesWritten < fedBytes)) {
    throw new BackupError(
      'invalid_backup',
      `Something follows the end of the ${unpacking} data, after ${transform.bytesWritten} bytes of the file. ${
        unpacking === 'zstd'
          ? 'If it has several zstd frames, pack it anew: zstd -dc file | zstd > new-file.'
          : 'Take another copy of the file.'
      }`,
      { compression: unpacking, offset: transform.bytesWritten },
    );
  }
}

/**
 * Feeds a compressor, and ends it only once it has taken everything: told of the end with a chunk still waiting, Node's
 * zstd stream ends the frame with that chunk and then writes a second, empty frame. One chunk is compressed while the
 * next is made.
 */
async function feedThenEnd(chunks: AsyncIterable<Uint8Array>, transform: Transform): Promise<void> {
  let taken: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      const next = new Promise<void>((resolve, reject) => {
        transform.write(chunk, error => (error ? reject(error) : resolve()));
      });
      next.catch(() => undefined);
      await taken;
      taken = next;
    }
    await taken;
    transform.end();
  } catch (error) {
    transform.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/**
 * Frees the memory behind a chunk that nobody needs any more, if it is the last one in it: the stream takes new memory for each
 * `CHUNK_BYTES` that come out. Left to the garbage collector, which hardly runs while rows pass, up to 64 MB of it would
 * be waiting.
 */
function freeIfFilled({ buffer, byteOffset, byteLength }: Buffer): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== CHUNK_BYTES) return;
  if (byteOffset + byteLength === CHUNK_BYTES) buffer.transfer(0);
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (maxBytes !== undefined && size > maxBytes) {
      throw new BackupError(
        'too_large',
        `The file unpacks to more than ${maxBytes} bytes, which is the limit for a compressed file that no manifest of ours ` +
          'stands beside. If you trust it, unpack it yourself (zstd -d or gunzip) and give the plain file.',
        { limit: maxBytes },
      );
    }
    yield chunk;
  }
}

function damaged(compression: 'gzip' | 'zstd', cause: unknown): BackupError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return new BackupError(
      'too_large',
      'The file was compressed with a zstd window of more than 128 MB. Pack it anew: zstd -dc --long=31 file | zstd > new-file.',
      { compression },
      { cause },
    );
  }
  const problem = code === 'Z_BUF_ERROR' ? 'is cut off: its end is missing' : 'is damaged';
  return new BackupError(
    'invalid_backup',
    `The ${compression} data of the backup ${problem}. Take another copy of the file.`,
    { compression },
    { cause },
  );
}
