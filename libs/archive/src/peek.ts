/** A stream whose first bytes have been looked at; iterating it yields all of them. */
export interface Peeked {
  /** The first bytes: as many as were asked for, fewer only where the stream is shorter. */
  readonly start: Buffer;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the stream where nobody is going to iterate it. */
  close(): Promise<void>;
}

/** Looks at the first bytes of a stream, whose chunks are valid until the next is asked for, without taking them from it. */
export async function peek(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let size = 0;
  while (size < bytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(Buffer.from(next.value));
    size += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* read;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return {
    start: Buffer.concat(read).subarray(0, bytes),
    chunks: all(),
    close: async () => {
      await iterator.return?.();
    },
  };
}
