import { addressOf, csrfHeader, readEnvelope, renewing } from './api.js';
import { ApiError } from './api-error.js';

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Bytes on their way, of the whole request. */
  readonly onProgress: (sentBytes: number, totalBytes: number) => void;
}

/**
 * Sends a form with a file in it and tells how far it is: `fetch` cannot.
 *
 * @throws ApiError; DOMException `AbortError` if it was cancelled
 */
export function upload<T>(path: string, form: FormData, options: UploadOptions): Promise<T> {
  return renewing(() => sendForm<T>(path, form, options));
}

function sendForm<T>(path: string, form: FormData, { signal, onProgress }: UploadOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => new DOMException('The upload was cancelled.', 'AbortError');
    if (signal.aborted) {
      reject(aborted());
      return;
    }
    const http = new XMLHttpRequest();
    const stop = () => http.abort();
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', stop);
      end();
    };
    http.open('POST', addressOf(path));
    http.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(csrfHeader())) http.setRequestHeader(name, value);
    http.upload.addEventListener('progress', event => onProgress(event.loaded, event.total));
    http.addEventListener('load', () =>
      settle(() => {
        try {
          resolve(readEnvelope<T>(http.status, http.responseText));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      }),
    );
    http.addEventListener('error', () =>
      settle(() => reject(new ApiError('offline', 'The connection broke while the file was being sent.'))),
    );
    http.addEventListener('abort', () => settle(() => reject(aborted())));
    signal.addEventListener('abort', stop);
    http.send(form);
  });
}
