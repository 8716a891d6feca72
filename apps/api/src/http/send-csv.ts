import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError } from '@satchel/domain';
import type { Response } from 'express';
import type { CsvValue } from './csv.js';
import { csvLine } from './csv.js';

/** By this, spreadsheets know that a file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Lines go out in pieces of about so many characters. */
const PIECE = 64 * 1024;

export interface CsvFile {
  /** Letters, digits, `.`, `-` and `_`. */
  readonly fileName: string;
  readonly columns: readonly string[];
  /** Read once, as fast as the other side takes it. */
  readonly rows: AsyncIterable<readonly CsvValue[]>;
}

/**
 * Answers with a CSV file of any length in memory that does not grow. What fails before the first row is an error as
 * any other; after that only the broken connection tells that the file is not whole.
 *
 * @throws BackupError `cancelled` if the other side went away
 */
export async function sendCsv(response: Response, { fileName, columns, rows }: CsvFile): Promise<void> {
  const pieces = toPieces(columns, rows)[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.setHeader('Content-Type', 'text/csv; charset=utf-8');
  response.setHeader('Content-Disposition', `attachment; filename="${fileName}"`);
  response.setHeader('Cache-Control', 'no-store');
  try {
    await pipeline(Readable.from(withFirst(first, pieces), { objectMode: false }), response);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') {
      throw new BackupError('cancelled', 'The other side went away.', {}, { cause: error });
    }
    throw error;
  }
}

async function* toPieces(
  columns: readonly string[],
  rows: AsyncIterable<readonly CsvValue[]>,
): AsyncGenerator<string, void> {
  let piece = BYTE_ORDER_MARK + csvLine(columns);
  for await (const row of rows) {
    piece += csvLine(row);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

async function* withFirst(
  first: IteratorResult<string, void>,
  rest: AsyncIterator<string, void>,
): AsyncGenerator<string, void> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    // The other side may go away half way: the query behind the rows has to end too.
    await rest.return?.();
  }
}
