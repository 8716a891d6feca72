import type { RowBatch } from '@satchel/domain';
// The encoder's thread starts with each backup, and needs nothing else of the domain.
import { BackupError } from '@satchel/domain/errors';

/** `CopyData`, `d`, and its four bytes of length come before each row. */
export const COPY_DATA = 0x64;
export const MESSAGE_HEADER_BYTES = 5;

/** Turns rows as they stand in the server's messages into lines of the archive. */
export interface RowsEncoder {
  /** Rows encoded so far. */
  readonly rows: number;
  /**
   * Encodes the `CopyData` messages that stand whole in a run of messages.
   *
   * @returns where it stopped: at `end`, at a message of another kind, or at one that is not whole
   * @throws BackupError `unavailable` if a row is not what was asked for
   */
  encode(source: Uint8Array, start: number, end: number): number;
  /** The batches that have been filled since the last call. */
  takeFull(): readonly RowBatch[];
  /** All that is left; afterwards the encoder is empty. */
  takeAll(): readonly RowBatch[];
}

export function wrongColumns(columns: number): BackupError {
  return new BackupError(
    'unavailable',
    `The server sent a row that does not have the ${columns} columns asked for; the connection cannot be trusted. Try again.`,
    { columns },
  );
}

export function unknownForm(): BackupError {
  return new BackupError(
    'unsupported',
    'The server sent rows in a binary form that this version does not know. Use a newer version.',
  );
}
