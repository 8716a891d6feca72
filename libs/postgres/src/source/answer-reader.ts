import { BatchPool } from './batch-pool.js';
import { CopyAnswer, type AnswerPiece } from './copy-answer.js';
import type { RowFormat } from './row-format.js';

/** Makes rows of the server's answer to one `COPY … TO STDOUT`, here or in another thread. */
export interface AnswerReader {
  /** Takes the next bytes of the connection, which may be used again when it returns. */
  push(chunk: Uint8Array): void;
  /** Whether so many bytes are under way that no more should be pushed before the next piece has come. */
  readonly isFull: boolean;
  /** From now on rows are dropped; what they end with still comes. */
  discard(): void;
  /** Lets go of what is under way; nothing comes any more. */
  release(): void;
}

/** Who is told what became of the bytes: in their order, and after a failure nothing more. */
export interface AnswerListener {
  onPiece(piece: AnswerPiece): void;
  onFailure(error: unknown): void;
}

export type OpenAnswer = (format: RowFormat, listener: AnswerListener) => AnswerReader;

/** Reads an answer in this thread: each push is answered before it returns. */
export const readHere: OpenAnswer = (format, listener) => {
  const answer = new CopyAnswer(format, new BatchPool());
  return {
    push(chunk) {
      try {
        listener.onPiece(answer.push(chunk));
      } catch (error) {
        listener.onFailure(error);
      }
    },
    isFull: false,
    discard: () => answer.discard(),
    release: () => undefined,
  };
};
