import type { Readable } from 'node:stream';
import { recogniseBackup } from '@satchel/archive';
import type { RunOptions, Upload, UploadQuarantine } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { uploadedFile } from './uploaded-file.js';

/**
 * Takes a file from a stranger: into quarantine, within the limit, and only if its first bytes look like a backup at all,
 * whatever it is called. What is refused is gone again.
 *
 * @throws BackupError `too_large`, `invalid_backup`, `cancelled`, `unavailable` if there is no room
 */
export class TakeUpload {
  constructor(
    private readonly quarantine: UploadQuarantine,
    /** Largest file, in bytes. */
    readonly maxBytes: number,
  ) {}

  async run(
    { name, body }: { readonly name: string; readonly body: Readable },
    { signal }: RunOptions = {},
  ): Promise<Upload> {
    const upload = await this.quarantine.receive(name, body, { maxBytes: this.maxBytes }, signal);
    try {
      if (upload.sizeBytes === 0) {
        throw new BackupError(
          'invalid_backup',
          `${upload.name} is empty (0 bytes). Choose the backup file again.`,
          {
            file: upload.name,
          },
        );
      }
      await recogniseBackup(await uploadedFile(this.quarantine, upload.uploadId, signal), { signal });
      return upload;
    } catch (error) {
      await this.discard(upload.uploadId);
      throw error;
    }
  }

  /** Removes a file that nobody wants any more; what cannot be removed now is swept later. */
  async discard(uploadId: string): Promise<void> {
    await this.quarantine.remove(uploadId).catch(() => undefined);
  }
}
