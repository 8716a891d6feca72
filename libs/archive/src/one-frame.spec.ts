import { describe, expect, it } from 'vitest';
import { compress, decompress } from './compress.js';

async function* once(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}

describe.each(['gzip', 'zstd'] as const)('%s', compression => {
  // Sizes around the stream's buffer: whether its last chunk waits when the end comes depends on them.
  it.each([[[0]], [[1]], [[5_000]], [[16_384, 1]], [[70_000]], [[300_000, 5]]])(
    'makes one frame of chunks of %j bytes',
    async sizes => {
      const chunks = sizes.map((size, index) => Buffer.alloc(size, `row ${index},`));
      const packed = await gather(compress(once(chunks), compression));
      expect(await gather(decompress(once([packed]), compression))).toEqual(Buffer.concat(chunks));
    },
  );
});
