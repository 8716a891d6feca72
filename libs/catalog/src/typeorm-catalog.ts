import {
  BackupCatalog,
  BackupError,
  isBackupId,
  type BackupFilter,
  type BackupId,
  type BackupRecord,
  type JobError,
  type Manifest,
  type NewBackup,
  type NewRestore,
  type RestorePlan,
  type RestoreRecord,
} from '@satchel/domain';
import { IsNull, type DataSource, type FindOptionsWhere } from 'typeorm';
import { BackupEntity } from './backup.entity.js';
import type { CatalogConnection } from './catalog-connection.js';
import { CatalogDatabase } from './catalog-database.js';
import { isDuplicate } from './catalog-error.js';
import { failDeadRecords } from './fail-dead-records.js';
import { lockKeyOf, type LifeSigns } from './life-signs.js';
import { pageOf } from './page-of.js';
import { RestoreEntity } from './restore.entity.js';
import { storableError, storableJson, storableText } from './storable-text.js';
import { adoptManifest } from './adopt-manifest.js';

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
 * Keeps the catalog in PostgreSQL, in schema `satchel`.
 *
 * While a record is `running`, the process that began it holds an advisory lock in the catalog's database. Before
 * records are read, those whose lock is free are marked failed. This needs connections of its own: a pooler that shares
 * sessions between clients (PgBouncer's transaction mode) must not stand before the catalog.
 */
export class TypeormCatalog extends BackupCatalog {
  readonly #database: CatalogDatabase;
  readonly #lifeSigns: LifeSigns;

  constructor(database: CatalogDatabase) {
    super();
    this.#database = database;
    this.#lifeSigns = database.lifeSigns;
  }

  /** Connects now; see `openCatalog`. Safe to call again, also after it failed. */
  async open(): Promise<void> {
    await this.#database.open();
  }

  override async begin(backup: NewBackup): Promise<void> {
    checkId('backupId', backup.backupId);
    const lockKey = lockKeyOf('backup', backup.backupId);
    await this.#whileHolding(lockKey, backup.backupId, async dataSource => {
      await dataSource.getRepository(BackupEntity).insert({
        ...cleaned(backup),
        state: 'running',
        lockKey,
      });
    });
  }

  override async finish(backupId: BackupId, location: string, manifest: Manifest): Promise<void> {
    if (manifest.header.backup.id !== backupId) {
      throw new BackupError('system_error', `The manifest of backup ${backupId} is that of another.`, {
        backupId,
      });
    }
    await this.adopt(location, manifest);
    await this.#lifeSigns.release(lockKeyOf('backup', backupId));
  }

  override async fail(backupId: BackupId, state: 'failed' | 'cancelled', error: JobError): Promise<void> {
    await this.#failRecord('backup', backupId, state, error);
  }

  override async adopt(location: string, manifest: Manifest): Promise<'added' | 'updated' | 'unchanged'> {
    return this.#ask(dataSource => adoptManifest(dataSource, location, manifest));
  }

  override async markVerified(backupId: BackupId, verifiedAt: Date): Promise<void> {
    await this.#updateBackup(backupId, '"verified_at" = $2', verifiedAt);
  }

  /** The first time counts: a backup is deleted once. */
  override async markDeleted(backupId: BackupId, deletedAt: Date): Promise<void> {
    await this.#updateBackup(backupId, '"deleted_at" = coalesce("deleted_at", $2)', deletedAt);
  }

  override async get(backupId: BackupId): Promise<BackupRecord | null> {
    if (!isBackupId(backupId)) return null;
    return this.#read('backup', async dataSource => {
      const entity = await dataSource.getRepository(BackupEntity).findOneBy({ backupId });
      return entity && recordOf(entity);
    });
  }

  override async find(
    filter: BackupFilter,
  ): Promise<{ readonly total: number; readonly items: readonly BackupRecord[] }> {
    const page = pageOf(filter);
    const where: FindOptionsWhere<BackupEntity> = {
      ...(filter.scopeName === undefined ? {} : { scopeName: filter.scopeName }),
      ...(filter.state === undefined ? {} : { state: filter.state }),
      ...(filter.includeDeleted ? {} : { deletedAt: IsNull() }),
    };
    return this.#read('backup', dataSource =>
      // Count and page from one view of the table.
      dataSource.transaction('REPEATABLE READ', async manager => {
        const [entities, total] = await manager.findAndCount(BackupEntity, {
          where,
          order: { startedAt: 'DESC', backupId: 'DESC' },
          ...page,
        });
        return { total, items: entities.map(recordOf) };
      }),
    );
  }

  override async beginRestore(restore: NewRestore): Promise<void> {
    checkId('restoreId', restore.restoreId);
    if (restore.backupId !== null) checkId('backupId', restore.backupId);
    const lockKey = lockKeyOf('restore', restore.restoreId);
    await this.#whileHolding(lockKey, restore.restoreId, async dataSource => {
      const { undoes: _undoes, ...record } = cleaned(restore);
      await dataSource.getRepository(RestoreEntity).insert({
        ...record,
        state: 'running',
        lockKey,
      });
    });
  }

  override async finishRestore(
    restoreId: string,
    report: RestorePlan,
    safetyBackupId: BackupId | null,
  ): Promise<void> {
    if (safetyBackupId !== null) checkId('safetyBackupId', safetyBackupId);
    const updated = await this.#update(
      `UPDATE "satchel"."restore"
       SET "state" = 'success', "finished_at" = now(), "report" = $2, "safety_backup_id" = $3, "error" = NULL,
         "lock_key" = NULL
       WHERE "restore_id" = $1`,
      restoreId,
      [JSON.stringify(storableJson(report)), safetyBackupId],
    );
    if (!updated) throw notInCatalog('restore', restoreId);
    await this.#lifeSigns.release(lockKeyOf('restore', restoreId));
  }

  override async failRestore(
    restoreId: string,
    state: 'failed' | 'cancelled',
    error: JobError,
  ): Promise<void> {
    await this.#failRecord('restore', restoreId, state, error);
  }

  override async getRestore(restoreId: string): Promise<RestoreRecord | null> {
    if (!isBackupId(restoreId)) return null;
    return this.#read('restore', async dataSource => {
      const entity = await dataSource.getRepository(RestoreEntity).findOneBy({ restoreId });
      return entity && recordOf(entity);
    });
  }

  override async findRestores(filter: {
    limit?: number;
    offset?: number;
  }): Promise<{ readonly total: number; readonly items: readonly RestoreRecord[] }> {
    const page = pageOf(filter);
    return this.#read('restore', dataSource =>
      dataSource.transaction('REPEATABLE READ', async manager => {
        const [entities, total] = await manager.findAndCount(RestoreEntity, {
          order: { startedAt: 'DESC', restoreId: 'DESC' },
          ...page,
        });
        return { total, items: entities.map(recordOf) };
      }),
    );
  }

  /** Closes the database, and with it all that is built on it. */
  override async close(): Promise<void> {
    await this.#database.close();
  }

  #ask<T>(question: (dataSource: DataSource) => Promise<T>): Promise<T> {
    return this.#database.ask(question);
  }

  #read<T>(kind: 'backup' | 'restore', question: (dataSource: DataSource) => Promise<T>): Promise<T> {
    return this.#ask(async dataSource => {
      await failDeadRecords(dataSource, kind);
      return question(dataSource);
    });
  }

  /** The lock first: a record that is seen as running has a lock that can be seen. */
  async #whileHolding(
    lockKey: string,
    id: string,
    insert: (dataSource: DataSource) => Promise<void>,
  ): Promise<void> {
    await this.#ask(async dataSource => {
      await this.#lifeSigns.hold(lockKey);
      try {
        await insert(dataSource);
      } catch (error) {
        await this.#lifeSigns.release(lockKey);
        if (!isDuplicate(error)) throw error;
        throw new BackupError('conflict', `The catalog already has a job ${id}.`, { id }, { cause: error });
      }
    });
  }

  async #failRecord(
    kind: 'backup' | 'restore',
    id: string,
    state: 'failed' | 'cancelled',
    error: JobError,
  ): Promise<void> {
    const updated = await this.#update(
      `UPDATE "satchel"."${kind}" SET "state" = $2, "finished_at" = now(), "error" = $3, "lock_key" = NULL
       WHERE "${kind}_id" = $1 AND "state" <> 'success'`,
      id,
      [state, storableError(error)],
    );
    await this.#lifeSigns.release(lockKeyOf(kind, id));
    if (updated) return;
    const found = await (kind === 'backup' ? this.get(id) : this.getRestore(id));
    if (!found) throw notInCatalog(kind, id);
    throw new BackupError('conflict', `The ${kind} ${id} has succeeded, so it cannot have failed.`, { id });
  }

  async #updateBackup(backupId: BackupId, set: string, value: Date): Promise<void> {
    const sql = `UPDATE "satchel"."backup" SET ${set} WHERE "backup_id" = $1`;
    if (!(await this.#update(sql, backupId, [value]))) throw notInCatalog('backup', backupId);
  }

  async #update(sql: string, id: string, values: readonly unknown[]): Promise<boolean> {
    if (!isBackupId(id)) return false;
    return this.#ask(async dataSource => {
      const [, count]: [unknown, number] = await dataSource.query(sql, [id, ...values]);
      return count > 0;
    });
  }
}

/** A record as the port gives it; who is at work on it is our own business. */
function recordOf<T extends { lockKey: string | null }>(entity: T): Omit<T, 'lockKey'> {
  const { lockKey: _lockKey, ...record } = entity;
  return record;
}

/** Ids are compared as PostgreSQL compares them, so one written otherwise would be another's. */
function checkId(parameter: string, id: string): void {
  if (isBackupId(id)) return;
  throw new BackupError('validation_error', `${JSON.stringify(id)} is not an id: a UUID in lower case.`, {
    parameter,
  });
}

function notInCatalog(kind: 'backup' | 'restore', id: string): BackupError {
  return new BackupError('not_found', `The catalog has no ${kind} ${id}.`, { id });
}

function cleaned<T extends object>(record: T): T {
  const entries = Object.entries(record).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? storableText(value) : value,
  ]);
  return { ...record, ...(Object.fromEntries(entries) as Partial<T>) };
}
