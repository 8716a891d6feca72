import type { RestoreFrom, Upload } from '@satchel/domain';

/** What somebody has sent to be looked into or restored. A file that was sent for this alone is gone at the end, unless kept. */
export class ReceivedRestore<Options> implements AsyncDisposable {
  #kept: boolean;

  constructor(
    readonly options: Options,
    /** Null: a stored backup is meant. */
    readonly upload: Upload | null,
    /** Whether the file came with this request; one that was kept before is not ours to remove. */
    sent: boolean,
    private readonly discard: (uploadId: string) => Promise<void>,
  ) {
    this.#kept = !sent;
  }

  /** Leaves the file where it is: for the job that reads it, or until its time is over. */
  keep(): void {
    this.#kept = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.upload !== null && !this.#kept) await this.discard(this.upload.uploadId);
  }
}

export function fromUpload({ uploadId, name }: Upload): RestoreFrom {
  return { from: 'upload', uploadId, name };
}
