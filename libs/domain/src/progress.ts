import type { Actor } from './identity/actor.js';

/** How far a job is. Sent often; receivers thin it out. */
export interface Progress {
  readonly phase:
    'reading' | 'staging' | 'planning' | 'saving' | 'applying' | 'checking' | 'verifying' | 'writing';
  /** The table at hand, for people. */
  readonly relation?: string;
  readonly rows: number;
  /** Bytes of the archive before compression. */
  readonly bytes: number;
  /** An estimate (from the database's statistics or the file's size); absent where nothing is known. */
  readonly totalBytes?: number;
  readonly totalRows?: number;
}

export type OnProgress = (progress: Progress) => void;

/** What every long-running use case takes beside its command. */
export interface RunOptions {
  /** Who asks, for the audit log; the system itself where nobody is named. */
  readonly actor?: Actor | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}
