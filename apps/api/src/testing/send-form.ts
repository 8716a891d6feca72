import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import type { TestApi } from './start-test-api.js';

export interface SentForm {
  readonly file?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly fileName?: string;
  readonly fileField?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Fields after the file instead of before it. */
  readonly fieldsLast?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes after which the connection is closed. */
  readonly cutAfter?: number;
  /** Leaves out the last line, so that the form is not whole. */
  readonly unfinished?: boolean;
}

export interface FormAnswer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

const BOUNDARY = 'form-boundary-0123456789';

/** Sends a form as no browser would: piece by piece, with whatever headers, and not always to its end. */
export async function sendForm(api: TestApi, path: string, form: SentForm): Promise<FormAnswer> {
  return await new Promise((resolve, reject) => {
    const request = httpRequest(`${api.url}${path}`, {
      method: 'POST',
      // A connection that is left in the middle of a form serves nobody else.
      agent: false,
      headers: {
        Authorization: `Bearer ${api.adminToken}`,
        'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
        ...form.headers,
      },
    });
    let answered = false;
    request.on('response', response => {
      answered = true;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) as Record<string, unknown> });
        request.destroy();
      });
    });
    request.on('error', error => {
      if (!answered) reject(error);
    });
    const body = Readable.from(formBytes(form), { objectMode: false });
    body.on('error', () => request.destroy());
    let sent = 0;
    body.on('data', (chunk: Uint8Array) => {
      sent += chunk.length;
      if (form.cutAfter !== undefined && sent > form.cutAfter) request.destroy(new Error('cut off'));
      else if (!request.write(chunk)) {
        body.pause();
        request.once('drain', () => body.resume());
      }
    });
    body.on('end', () => request.end());
  });
}

async function* formBytes(form: SentForm): AsyncGenerator<Uint8Array, void, undefined> {
  const fields = Object.entries(form.fields ?? {})
    .map(
      ([name, value]) =>
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('');
  if (form.fieldsLast !== true) yield Buffer.from(fields);
  if (form.file !== undefined) {
    const name = form.fileName ?? 'backup.json';
    yield Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${form.fileField ?? 'backup_file'}"; filename="${name}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    );
    if (form.file instanceof Uint8Array) yield form.file;
    else yield* form.file;
    yield Buffer.from('\r\n');
  }
  if (form.fieldsLast === true) yield Buffer.from(fields);
  if (form.unfinished !== true) yield Buffer.from(`--${BOUNDARY}--\r\n`);
}
