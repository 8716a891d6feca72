import type {
  BackupId,
  Copy,
  CopyStore,
  JobRecord,
  Manifest,
  RelationTotal,
  RunOptions,
} from '@satchel/domain';
import { totalByRelation } from '@satchel/domain';
import type { RecordedBackups } from './recorded-backup.js';
import { findRecordedBackup } from './recorded-backup.js';

export interface DescribedBackup {
  readonly record: JobRecord;
  readonly manifest: Manifest;
  readonly relations: readonly RelationTotal[];
  /** What is known of it in each destination. */
  readonly copies: readonly Copy[];
}

/**
 * Says what is in a stored backup, by its manifest: no row is read.
 *
 * @throws BackupError as `findRecordedBackup` does
 */
export class DescribeBackup {
  constructor(
    private readonly backups: RecordedBackups,
    private readonly copies: CopyStore,
  ) {}

  async run(backupId: BackupId, { signal }: RunOptions = {}): Promise<DescribedBackup> {
    const { record, manifest } = await findRecordedBackup(this.backups, backupId, signal);
    const copies = await this.copies.find({ backupIds: [backupId] });
    const relations = totalByRelation(manifest.header.relations, manifest.footer.parts);
    return { record, manifest, relations, copies };
  }
}
