import type { Readable } from 'node:stream';

/** A file that somebody has sent, and that nobody trusts yet. */
export interface Upload {
  readonly uploadId: string;
  /** What the sender called it, cut to a file name; for people only. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly receivedAt: Date;
}

/**
 * Where files of strangers wait. Any adapter guarantees:
 *
 * - `receive` keeps nothing in memory, stops at `maxBytes` (`too_large`), and leaves nothing if it fails or is aborted.
 * - A file is reachable only by its id, never by a name that was sent with it.
 * - `remove` of a missing one succeeds; `sweep` removes what is older, also what a dead process left half received.
 * - API and workers see the same files.
 */
export abstract class UploadQuarantine {
  abstract receive(
    name: string,
    body: AsyncIterable<Uint8Array>,
    limits: { readonly maxBytes: number },
    signal?: AbortSignal,
  ): Promise<Upload>;
  abstract stat(uploadId: string): Promise<Upload | null>;
  /** @param range first and last byte, both included. @throws BackupError `not_found` */
  abstract open(
    uploadId: string,
    range?: { readonly start: number; readonly end?: number },
    signal?: AbortSignal,
  ): Promise<Readable>;
  abstract remove(uploadId: string): Promise<void>;
  /** @returns how many were removed */
  abstract sweep(receivedBefore: Date): Promise<number>;
}
