import 'reflect-metadata';
import type { JobError, JobKind, JobState } from '@satchel/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintToNumber } from './bigint-to-number.js';

/**
 * The table of jobs: backups, restores, undos, verifications, cleanups. TypeORM is not asked to compare it with the real
 * one (`synchronize`), since it has no words for generated columns, collations and indexes that include columns: the
 * migrations make it, and `schema.sql` shows it.
 */
@Entity({ schema: 'satchel', name: 'job', synchronize: false })
export class JobEntity {
  @PrimaryColumn({ name: 'job_id', type: 'uuid' })
  jobId: string;

  @Column({ name: 'kind', type: 'text' })
  kind: JobKind;

  @Column({ name: 'state', type: 'text' })
  state: JobState;

  @Column({ name: 'scope_name', type: 'text', nullable: true })
  scopeName: string | null;

  /** The same, as indexes have it: empty where there is none. */
  @Column({ name: 'type_key', type: 'text', insert: false, update: false })
  typeKey: string;

  @Column({ name: 'name', type: 'text', nullable: true })
  name: string | null;

  @Column({ name: 'mode', type: 'text', nullable: true })
  mode: string | null;

  /** The backup that is made, restored or verified. The catalog may not know it, so nothing refers to it. */
  @Column({ name: 'backup_id', type: 'uuid', nullable: true })
  backupId: string | null;

  /** The restore that is taken back. */
  @Column({ name: 'undoes', type: 'uuid', nullable: true })
  undoes: string | null;

  @Column({ name: 'location', type: 'text', nullable: true })
  location: string | null;

  @Column({ name: 'file', type: 'text', nullable: true })
  file: string | null;

  @Column({ name: 'requested_by', type: 'text', nullable: true })
  requestedBy: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt: Date | null;

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

  @Column({ name: 'safety_backup_id', type: 'uuid', nullable: true })
  safetyBackupId: string | null;

  @Column({ name: 'report', type: 'jsonb', nullable: true })
  report: unknown;

  @Column({ name: 'error', type: 'jsonb', nullable: true })
  error: JobError | null;

  /** How many times it has been taken up. */
  @Column({ name: 'attempt', type: 'integer' })
  attempt: number;

  /** The advisory lock that the process at work holds; null once nobody need be alive. */
  @Column({ name: 'lock_key', type: 'bigint', nullable: true })
  lockKey: string | null;
}
