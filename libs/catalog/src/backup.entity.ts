import 'reflect-metadata';
import { JOB_STATES, type JobError, type JobState } from '@satchel/domain';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigintToNumber } from './bigint-to-number.js';

/** The table of backups. Lists are read backwards along its indexes, so newest first needs no sort. */
@Entity({ schema: 'satchel', name: 'backup' })
@Check('backup_state_check', `"state" IN (${JOB_STATES.map(state => `'${state}'`).join(', ')})`)
@Index('backup_started_idx', ['startedAt', 'backupId'])
@Index('backup_kept_idx', ['startedAt', 'backupId'], { where: '"deleted_at" IS NULL' })
@Index('backup_scope_idx', ['scopeName', 'startedAt', 'backupId'])
@Index('backup_state_idx', ['state', 'startedAt', 'backupId'])
export class BackupEntity {
  @PrimaryColumn({ name: 'backup_id', type: 'uuid', primaryKeyConstraintName: 'backup_pkey' })
  backupId: string;

  @Column({ name: 'scope_name', type: 'text' })
  scopeName: string;

  @Column({ name: 'name', type: 'text', nullable: true })
  name: string | null;

  @Column({ name: 'state', type: 'text' })
  state: JobState;

  @Column({ name: 'location', type: 'text', nullable: true })
  location: string | null;

  @Column({ name: 'file', type: 'text', nullable: true })
  file: string | null;

  @Column({ name: 'requested_by', type: 'text', nullable: true })
  requestedBy: string | null;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt: Date | null;

  @Column({ name: 'size_bytes', type: 'bigint', nullable: true, transformer: bigintToNumber })
  sizeBytes: number | null;

  @Column({ name: 'rows', type: 'bigint', nullable: true, transformer: bigintToNumber })
  rows: number | null;

  @Column({ name: 'digest', type: 'text', nullable: true })
  digest: string | null;

  @Column({ name: 'verified_at', type: 'timestamptz', nullable: true })
  verifiedAt: Date | null;

  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  deletedAt: Date | null;

  @Column({ name: 'error', type: 'jsonb', nullable: true })
  error: JobError | null;

  /** The advisory lock that the process at work holds; null once nobody need be alive. */
  @Column({ name: 'lock_key', type: 'bigint', nullable: true })
  lockKey: string | null;
}
