import {
  BackupCatalog,
  BackupError,
  isBackupId,
  type BackupFilter,
  type BackupId,
  type BackupRecord,
  type JobError,
  type JobKind,
  type Manifest,
  type NewBackup,
  type NewRestore,
  type RestorePlan,
  type RestoreRecord,
} from '@satchel/domain';
import { In, IsNull, type FindOptionsWhere } from 'typeorm';
import { adoptManifest } from './adopt-manifest.js';
import { beginJob, type BegunJob } from './begin-job.js';
import type { CatalogConnection } from './catalog-connection.js';
import { CatalogDatabase } from './catalog-database.js';
import { checkedId } from './checked-id.js';
import { JobEntity } from './job.entity.js';
import { lockKeyOf } from './life-signs.js';
import { pageOf } from './page-of.js';
import { storableError, storableJson } from './storable-text.js';

/** What the catalog calls a backup, and what a restore: a restore that takes another back is one too. */
const KINDS = { backup: ['backup'], restore: ['restore', 'undo'] } as const satisfies Record<
  string,
  readonly JobKind[]
>;
type Recorded = keyof typeof KINDS;

/**
 * Connects to the catalog and brings its tables up to date.
 *
 * @throws BackupError as `CatalogDatabase.ask` does
 */
export async function openCatalog(connection: CatalogConnection): Promise<TypeormCatalog> {
  const catalog = new TypeormCatalog(new CatalogDatabase(connection));
  try {
    await catalog.open();
  } catch (error) {
    await catalog.close();
    throw error;
  }
  return catalog;
}

/**
 * Keeps the catalog in PostgreSQL, in the table of jobs of schema `satchel`.
 *
 * While a record is `running`, the process that began it holds an advisory lock in the catalog's database. Before
 * records are read, those whose lock is free are put right. This needs connections of its own: a pooler that shares
 * sessions between clients (PgBouncer's transaction mode) must not stand before the catalog.
 */
export class TypeormCatalog extends BackupCatalog {
  readonly #database: CatalogDatabase;

  constructor(database: CatalogDatabase) {
    super();
    this.#database = database;
  }

  /** Connects now; see `openCatalog`. Safe to call again, also after it failed. */
  async open(): Promise<void> {
    await this.#database.open();
  }

  override async begin(backup: NewBackup): Promise<void> {
    const { backupId, scopeName, name, requestedBy, startedAt } = backup;
    checkedId('backupId', backupId);
    await this.#begin(backupId, {
      kind: 'backup',
      scopeName,
      name,
      mode: null,
      backupId,
      undoes: null,
      file: null,
      requestedBy,
      startedAt,
    });
  }

  override async finish(backupId: BackupId, location: string, manifest: Manifest): Promise<void> {
    if (manifest.header.backup.id !== backupId) {
      throw new BackupError('system_error', `The manifest of backup ${backupId} is that of another.`, {
        backupId,
      });
    }
    await this.adopt(location, manifest);
    await this.#release(backupId);
  }

  override async fail(backupId: BackupId, state: 'failed' | 'cancelled', error: JobError): Promise<void> {
    // Whether it is tried again is for whoever took it from the queue to say; see `JobStore.settle`.
    if (this.#database.ownJobs.attempt(backupId) !== undefined) return;
    await this.#failRecord('backup', backupId, state, error);
  }

  override async adopt(location: string, manifest: Manifest): Promise<'added' | 'updated' | 'unchanged'> {
    return adoptManifest(this.#database, location, manifest);
  }

  override async markVerified(backupId: BackupId, verifiedAt: Date): Promise<void> {
    await this.#updateBackup(backupId, '"verified_at" = $3', verifiedAt);
  }

  /** The first time counts: a backup is deleted once. */
  override async markDeleted(backupId: BackupId, deletedAt: Date): Promise<void> {
    await this.#updateBackup(backupId, '"deleted_at" = coalesce("deleted_at", $3)', deletedAt);
  }

  override async get(backupId: BackupId): Promise<BackupRecord | null> {
    const job = await this.#get('backup', backupId);
    return job && backupRecordOf(job);
  }

  override async find(
    filter: BackupFilter,
  ): Promise<{ readonly total: number; readonly items: readonly BackupRecord[] }> {
    const { total, items } = await this.#find(
      {
        kind: In(KINDS.backup),
        ...(filter.scopeName === undefined ? {} : { typeKey: filter.scopeName }),
        ...(filter.state === undefined ? {} : { state: filter.state }),
        ...(filter.includeDeleted ? {} : { deletedAt: IsNull() }),
      },
      filter,
    );
    return { total, items: items.map(backupRecordOf) };
  }

  override async beginRestore(restore: NewRestore): Promise<void> {
    const { restoreId, backupId, file, mode, undoes, requestedBy, startedAt } = restore;
    checkedId('restoreId', restoreId);
    if (backupId !== null) checkedId('backupId', backupId);
    await this.#begin(restoreId, {
      kind: undoes === null ? 'restore' : 'undo',
      scopeName: null,
      name: null,
      mode,
      backupId,
      // A safety backup of somebody else's may name its restore in any way.
      undoes: undoes !== null && isBackupId(undoes) ? undoes : null,
      file,
      requestedBy,
      startedAt,
    });
  }

  override async finishRestore(
    restoreId: string,
    report: RestorePlan,
    safetyBackupId: BackupId | null,
  ): Promise<void> {
    if (safetyBackupId !== null) checkedId('safetyBackupId', safetyBackupId);
    const updated = await this.#update(
      'restore',
      restoreId,
      `"state" = 'success', "finished_at" = now(), "report" = $3, "safety_backup_id" = $4, "error" = NULL,
       "progress" = NULL, "lock_key" = NULL`,
      [JSON.stringify(storableJson(report)), safetyBackupId],
    );
    if (!updated) throw notInCatalog('restore', restoreId);
    await this.#release(restoreId);
  }

  override async failRestore(
    restoreId: string,
    state: 'failed' | 'cancelled',
    error: JobError,
  ): Promise<void> {
    await this.#failRecord('restore', restoreId, state, error);
  }

  override async getRestore(restoreId: string): Promise<RestoreRecord | null> {
    const job = await this.#get('restore', restoreId);
    return job && restoreRecordOf(job);
  }

  override async findRestores(filter: {
    limit?: number;
    offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly RestoreRecord[] }> {
    const { total, items } = await this.#find({ kind: In(KINDS.restore) }, filter);
    return { total, items: items.map(restoreRecordOf) };
  }

  /** Closes the database, and with it all that is built on it. */
  override async close(): Promise<void> {
    await this.#database.close();
  }

  async #get(recorded: Recorded, jobId: string): Promise<JobEntity | null> {
    if (!isBackupId(jobId)) return null;
    await this.#database.deadJobs.beforeRead();
    return this.#database.ask(dataSource =>
      dataSource.getRepository(JobEntity).findOneBy({ jobId, kind: In(KINDS[recorded]) }),
    );
  }

  /** A page and the count of all, from one view of the table; newest first. */
  async #find(
    where: FindOptionsWhere<JobEntity>,
    filter: { limit?: number; offset?: number },
  ): Promise<{ readonly total: number; readonly items: readonly JobEntity[] }> {
    const page = pageOf(filter);
    await this.#database.deadJobs.beforeRead();
    const [items, total] = await this.#database.ask(dataSource =>
      dataSource.transaction('REPEATABLE READ', manager =>
        manager.findAndCount(JobEntity, { where, order: { createdAt: 'DESC', jobId: 'DESC' }, ...page }),
      ),
    );
    return { total, items };
  }

  /**
   * The lock first: a record that is seen as running has a lock that can be seen. A job that this process has claimed has
   * both already.
   */
  async #begin(jobId: string, begun: BegunJob): Promise<void> {
    const { lifeSigns, ownJobs } = this.#database;
    if (ownJobs.takeOver(jobId)) {
      await beginJob(this.#database, jobId, begun, 'claimed');
      return;
    }
    await this.#database.ask(async () => {
      await lifeSigns.hold(lockKeyOf(jobId));
      try {
        await beginJob(this.#database, jobId, begun, 'new');
      } catch (error) {
        await lifeSigns.release(lockKeyOf(jobId));
        throw error;
      }
    });
  }

  async #failRecord(
    recorded: Recorded,
    id: string,
    state: 'failed' | 'cancelled',
    error: JobError,
  ): Promise<void> {
    const updated = await this.#update(
      recorded,
      id,
      `"state" = $3, "finished_at" = now(), "error" = $4, "progress" = NULL, "lock_key" = NULL`,
      [state, storableError(error)],
      `AND "state" <> 'success'`,
    );
    await this.#release(id);
    if (updated) return;
    const found = await this.#get(recorded, id);
    if (!found) throw notInCatalog(recorded, id);
    throw new BackupError('conflict', `The ${recorded} ${id} has succeeded, so it cannot have failed.`, {
      id,
    });
  }

  /** Only a sign of life that no claim needs: a claimed job's is given up when it is settled. */
  async #release(jobId: string): Promise<void> {
    if (this.#database.ownJobs.attempt(jobId) !== undefined) return;
    await this.#database.lifeSigns.release(lockKeyOf(jobId));
  }

  async #updateBackup(backupId: BackupId, set: string, value: Date): Promise<void> {
    if (!(await this.#update('backup', backupId, set, [value]))) throw notInCatalog('backup', backupId);
  }

  /** @returns whether there is such a record */
  async #update(
    recorded: Recorded,
    id: string,
    set: string,
    values: readonly unknown[],
    condition = '',
  ): Promise<boolean> {
    if (!isBackupId(id)) return false;
    const { rowCount } = await this.#database.query({
      text: `UPDATE "satchel"."job" SET ${set} WHERE "job_id" = $1 AND "kind" = ANY ($2) ${condition}`,
      values: [id, KINDS[recorded], ...values],
    });
    this.#database.ownJobs.noteChange();
    return (rowCount ?? 0) > 0;
  }
}

/** A backup that has not been started yet counts from when it was asked for. */
function backupRecordOf(job: JobEntity): BackupRecord {
  return {
    backupId: job.jobId,
    scopeName: job.scopeName ?? '',
    name: job.name,
    state: job.state,
    location: job.location,
    file: job.file,
    requestedBy: job.requestedBy,
    startedAt: job.startedAt ?? job.createdAt,
    finishedAt: job.finishedAt,
    sizeBytes: job.sizeBytes,
    rows: job.rows,
    digest: job.digest,
    verifiedAt: job.verifiedAt,
    deletedAt: job.deletedAt,
    error: job.error,
  };
}

function restoreRecordOf(job: JobEntity): RestoreRecord {
  return {
    restoreId: job.jobId,
    backupId: job.backupId,
    file: job.file ?? '',
    mode: job.mode ?? '',
    state: job.state,
    requestedBy: job.requestedBy,
    startedAt: job.startedAt ?? job.createdAt,
    finishedAt: job.finishedAt,
    safetyBackupId: job.safetyBackupId,
    report: job.report,
    error: job.error,
  };
}

function notInCatalog(recorded: Recorded, id: string): BackupError {
  return new BackupError('not_found', `The catalog has no ${recorded} ${id}.`, { id });
}
