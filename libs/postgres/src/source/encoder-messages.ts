import type { ErrorContext, ErrorKind } from '@satchel/domain';
import type { RowFormat } from './row-format.js';

/**
 * What the encoder's thread is asked. Memory is shared and never copied: it belongs to the side that was last told of it, and
 * the other keeps its hands off. It is not moved either, which would have the garbage collector run all the time.
 */
export type EncoderRequest =
  | { readonly type: 'begin'; readonly answer: number; readonly format: RowFormat }
  /** The next bytes of an answer: pieces of a chunk, in their order. */
  | {
      readonly type: 'chunk';
      readonly answer: number;
      readonly chunk: SharedArrayBuffer;
      readonly pieces: readonly ChunkPiece[];
      /** The memory of batches whose rows have been dealt with; told with a chunk, as each message wakes the thread. */
      readonly spare: readonly SharedArrayBuffer[];
    }
  | { readonly type: 'discard'; readonly answer: number }
  /** Nothing more comes for the answer, whether it has ended or not. */
  | { readonly type: 'end'; readonly answer: number };

/** Some bytes of a chunk; see `copy-alignment.ts` for why there may be gaps. */
export interface ChunkPiece {
  readonly start: number;
  readonly end: number;
}

/** What the thread says of each chunk, in their order; the chunk comes back to be filled again. */
export interface EncoderReply {
  readonly answer: number;
  readonly chunk: SharedArrayBuffer;
  readonly batches: readonly SharedBatch[];
  readonly forDriver: readonly Uint8Array[];
  readonly hasEnded: boolean;
  readonly rows: number;
  readonly failure: MovedError | null;
}

/** A batch whose rows are the first `length` bytes of the memory. */
export interface SharedBatch {
  readonly bytes: SharedArrayBuffer;
  readonly length: number;
  readonly rows: number;
}

/** A `BackupError`, of which only data can move between threads; of any other error, its message and stack. */
export interface MovedError {
  readonly kind: ErrorKind | null;
  readonly message: string;
  readonly context: ErrorContext;
  readonly stack: string | undefined;
}
