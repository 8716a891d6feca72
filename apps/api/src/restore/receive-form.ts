import type { Readable } from 'node:stream';
import { BackupError, toBackupError } from '@satchel/domain';
import type { Upload } from '@satchel/domain';
import busboy from 'busboy';
import type { Request } from 'express';
import { liftBodyLimit } from '../http/limit-connections.js';
import { feedParser } from './feed-parser.js';
import { FormFields } from './form-fields.js';

/** The field that holds the backup file. */
export const FILE_FIELD = 'backup_file';

/** What a form may have beside the file's own bytes: its fields, and the lines between its parts. */
const FORM_OVERHEAD_BYTES = 1024 * 1024;

const LIMITS = { files: 1, fields: 30, parts: 31, fieldSize: 16 * 1024, fieldNameSize: 100, headerPairs: 20 };

/** How long a sender may all but stop, in milliseconds. */
const STALL_MS = 30_000;

export interface ReceiveFormOptions {
  /** For the file, in bytes. */
  readonly maxBytes: number;
  readonly stallMs?: number;
  readonly signal: AbortSignal;
  /** Puts the file where it waits; its error ends the form. */
  receive(name: string, body: Readable, signal: AbortSignal): Promise<Upload>;
  /** Removes what was received of a form that turned out to be wrong. */
  discard(uploadId: string): Promise<void>;
}

export interface ReceivedForm {
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
  /** Null: the form had none. */
  readonly upload: Upload | null;
}

/**
 * Reads a form with at most one file, which streams to where it waits while it arrives. Fields may stand before or after it.
 * A form that is wrong, cut off or too slow leaves nothing behind.
 *
 * @throws BackupError `validation_error`, `too_large`, `cancelled` if the sender goes away, and what `receive` throws
 */
export async function receiveForm(request: Request, options: ReceiveFormOptions): Promise<ReceivedForm> {
  refuseTooLong(request, options.maxBytes);
  liftBodyLimit(request);
  const parser = openParser(request);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const fail = (error: unknown): void => stop.abort(error);
  const fields = new FormFields();
  let receiving: Promise<Upload> | undefined;
  parser.on('field', (name, value, { nameTruncated, valueTruncated }) => {
    if (nameTruncated || valueTruncated) fail(fieldTooLong(name));
    else fields.add(name, value);
  });
  parser.on('file', (name, body, { filename }) => {
    // Whoever reads the body hears of its errors; until then nobody does, and that would end the process.
    body.on('error', () => undefined);
    if (name !== FILE_FIELD) {
      body.resume();
      fail(wrongFileField(name));
      return;
    }
    receiving = options.receive(filename ?? '', body, signal);
    receiving.catch(fail);
  });
  parser.on('filesLimit', () => fail(invalid('Send one file only.')));
  parser.on('fieldsLimit', () => fail(invalid(`The form has more than ${LIMITS.fields} fields.`)));
  parser.on('partsLimit', () => fail(invalid(`The form has more than ${LIMITS.parts} parts.`)));
  parser.on('error', fail);
  try {
    await feedParser(request, parser, { stallMs: options.stallMs ?? STALL_MS, signal });
    return { fields: fields.all(), upload: (await receiving) ?? null };
  } catch (thrown) {
    const error = explain(thrown, signal);
    fail(error);
    parser.destroy();
    const upload = await receiving?.catch(() => undefined);
    if (upload) await options.discard(upload.uploadId);
    throw error;
  }
}

function refuseTooLong(request: Request, maxBytes: number): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length <= maxBytes + FORM_OVERHEAD_BYTES) return;
  throw new BackupError(
    'too_large',
    `What is being sent has ${length} bytes, and a backup file may have ${maxBytes} (MAX_BACKUP_FILE_SIZE). ` +
      'Compress the file with zstd or gzip, or have the limit raised.',
    { setting: 'MAX_BACKUP_FILE_SIZE', limitBytes: maxBytes, sizeBytes: length },
  );
}

function openParser(request: Request): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch (cause) {
    throw new BackupError(
      'validation_error',
      `Send a form (multipart/form-data, with its boundary) that has the file in the field ${FILE_FIELD}.`,
      { parameter: 'Content-Type' },
      { cause },
    );
  }
}

/** Puts what ended a form into our words. What made us stop comes before what broke because of that. */
function explain(thrown: unknown, signal: AbortSignal): BackupError {
  const cause: unknown = signal.aborted ? signal.reason : thrown;
  if (cause instanceof BackupError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET') {
    return new BackupError('cancelled', 'The connection was closed before all was sent.', {}, { cause });
  }
  if (cause instanceof Error && FORM_ERROR.test(cause.message)) {
    return new BackupError(
      'validation_error',
      'The form is not whole, or not a form: it was cut off on its way, or put together wrongly. Send it again.',
      {},
      { cause },
    );
  }
  return toBackupError(cause);
}

/** What busboy says of a form that it cannot read. */
const FORM_ERROR = /unexpected end of (form|file)|malformed|boundary|multipart/i;

function invalid(message: string): BackupError {
  return new BackupError('validation_error', message, { parameter: FILE_FIELD });
}

function wrongFileField(name: string): BackupError {
  return invalid(
    `The file has to be in the field ${FILE_FIELD}, not in ${JSON.stringify(name.slice(0, 60))}.`,
  );
}

function fieldTooLong(name: string): BackupError {
  return new BackupError(
    'too_large',
    `The field ${JSON.stringify(name.slice(0, 60))} is longer than ${LIMITS.fieldSize} bytes.`,
    { parameter: name.slice(0, 60), limitBytes: LIMITS.fieldSize },
  );
}
