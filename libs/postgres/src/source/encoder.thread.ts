import { parentPort } from 'node:worker_threads';
import type { RowBatch } from '@satchel/domain';
import { BatchPool } from './batch-pool.js';
import { CopyAnswer, type AnswerPiece } from './copy-answer.js';
import type { ChunkPiece, EncoderReply, EncoderRequest, SharedBatch } from './encoder-messages.js';
import { moveError } from './moved-error.js';

/*
 * The thread that makes rows of what connections receive; `EncoderThread` starts it and talks to it. It knows bytes and
 * formats, and neither connections nor settings.
 */

const NOTHING: AnswerPiece = { batches: [], forDriver: [], hasEnded: false, rows: 0 };

const pool = new BatchPool(size => Buffer.from(new SharedArrayBuffer(size)));
const answers = new Map<number, CopyAnswer>();

parentPort?.on('message', (request: EncoderRequest) => {
  switch (request.type) {
    case 'begin':
      answers.set(request.answer, new CopyAnswer(request.format, pool));
      return;
    case 'chunk':
      for (const batch of request.spare) pool.giveBack(Buffer.from(batch));
      reply(request.answer, request.chunk, request.pieces);
      return;
    case 'discard':
      answers.get(request.answer)?.discard();
      return;
    case 'end':
      answers.delete(request.answer);
  }
});

function reply(answer: number, chunk: SharedArrayBuffer, pieces: readonly ChunkPiece[]): void {
  let made = NOTHING;
  let failure: EncoderReply['failure'] = null;
  try {
    for (const { start, end } of pieces) {
      const next = answers.get(answer)?.push(new Uint8Array(chunk, start, end - start)) ?? NOTHING;
      made = {
        ...next,
        batches: [...made.batches, ...next.batches],
        forDriver: [...made.forDriver, ...next.forDriver],
      };
    }
  } catch (error) {
    failure = moveError(error);
    answers.delete(answer);
  }
  const batches = made.batches.map(toShared);
  const message: EncoderReply = { ...made, answer, chunk, batches, failure };
  parentPort?.postMessage(message);
}

function toShared({ bytes, rows }: RowBatch): SharedBatch {
  return { bytes: bytes.buffer as SharedArrayBuffer, length: bytes.length, rows };
}
