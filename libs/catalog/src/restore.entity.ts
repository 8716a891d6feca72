import 'reflect-metadata';
import { JOB_STATES, type JobError, type JobState } from '@satchel/domain';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The table of restores. The backups it names may be unknown to the catalog, so nothing refers to them. */
@Entity({ schema: 'satchel', name: 'restore' })
@Check('restore_state_check', `"state" IN (${JOB_STATES.map(state => `'${state}'`).join(', ')})`)
@Index('restore_started_idx', ['startedAt', 'restoreId'])
@Index('restore_state_idx', ['state', 'startedAt', 'restoreId'])
export class RestoreEntity {
  @PrimaryColumn({ name: 'restore_id', type: 'uuid', primaryKeyConstraintName: 'restore_pkey' })
  restoreId: string;

  @Column({ name: 'backup_id', type: 'uuid', nullable: true })
  backupId: string | null;

  @Column({ name: 'file', type: 'text' })
  file: string;

  @Column({ name: 'mode', type: 'text' })
  mode: string;

  @Column({ name: 'state', type: 'text' })
  state: JobState;

  @Column({ name: 'requested_by', type: 'text', nullable: true })
  requestedBy: string | null;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt: Date | null;

  @Column({ name: 'safety_backup_id', type: 'uuid', nullable: true })
  safetyBackupId: string | null;

  @Column({ name: 'report', type: 'jsonb', nullable: true })
  report: unknown;

  @Column({ name: 'error', type: 'jsonb', nullable: true })
  error: JobError | null;

  /** The advisory lock that the process at work holds; null once nobody need be alive. */
  @Column({ name: 'lock_key', type: 'bigint', nullable: true })
  lockKey: string | null;
}
