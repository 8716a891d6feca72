import type { Readable } from 'node:stream';
import type { AuditLog, BackupId, RunOptions } from '@satchel/domain';
import { SYSTEM_ACTOR, toBackupError } from '@satchel/domain';
import { outcomeOf } from './audit/audited.js';
import type { RecordedBackups } from './recorded-backup.js';
import { findRecordedBackup } from './recorded-backup.js';

/** First and last byte, both included. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** A stored backup that somebody may take away. */
export interface Download {
  readonly file: string;
  readonly sizeBytes: number;
  /** `sha256:` over the bytes. */
  readonly digest: string;
  readonly modifiedAt: Date;
  /**
   * Reads the file, or a part of it, and records that it was taken.
   *
   * @param span the whole file without it
   */
  open(span: ByteSpan | null, signal?: AbortSignal): Promise<Readable>;
}

/**
 * Hands out a stored backup's bytes as they are. Nothing is recorded before bytes are asked for: a browser that already has
 * the file takes nothing away.
 *
 * @throws BackupError as `findRecordedBackup` does
 */
export class DownloadBackup {
  constructor(
    private readonly backups: RecordedBackups,
    private readonly audit: AuditLog,
  ) {}

  async run(backupId: BackupId, { actor = SYSTEM_ACTOR, signal }: RunOptions = {}): Promise<Download> {
    const event = { actor, action: 'backup.download', subject: backupId } as const;
    const found = await findRecordedBackup(this.backups, backupId, signal).catch(async (thrown: unknown) => {
      const { kind } = toBackupError(thrown);
      await this.audit
        .record({ ...event, outcome: outcomeOf(kind), details: { error: kind } })
        .catch(() => undefined);
      throw thrown;
    });
    const { stored } = found.manifest;
    return {
      file: stored.file,
      sizeBytes: stored.sizeBytes,
      digest: stored.digest,
      modifiedAt: found.stat.modifiedAt,
      open: async (span, reading) => {
        // Before the first byte: what cannot be recorded is not handed out.
        await this.audit.record({
          ...event,
          outcome: 'success',
          details: { file: stored.file, ...(span === null ? {} : { bytes: `${span.start}-${span.end}` }) },
        });
        return await found.storage.read(stored.file, span ?? undefined, reading);
      },
    };
  }
}
