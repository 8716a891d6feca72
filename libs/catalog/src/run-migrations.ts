import { BackupError } from '@satchel/domain';
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';

/** Any number that nobody else uses as an advisory lock: the bytes of `satchelM`. */
const MIGRATION_LOCK = '8314037903265425485';

/**
 * Brings the schema `satchel` up to date, in one transaction, one process at a time however many start at once. Where
 * nothing is to be done, nothing is locked and no right to change tables is needed.
 *
 * @throws BackupError `unsupported` if a newer Satchel has migrated the catalog; else the driver's error
 */
export async function runMigrations(dataSource: DataSource): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    if (await isCurrent(dataSource, queryRunner)) return;
    await queryRunner.startTransaction();
    try {
      await queryRunner.query(`SET LOCAL lock_timeout = '60s'`);
      await queryRunner.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      // Even with IF NOT EXISTS this asks for the right to create schemas, which the owner of one may lack.
      if (!(await schemaExists(queryRunner))) await queryRunner.query('CREATE SCHEMA "satchel"');
      await new MigrationExecutor(dataSource, queryRunner).executePendingMigrations();
      await queryRunner.commitTransaction();
    } catch (error) {
      await queryRunner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  } finally {
    await queryRunner.release();
  }
}

async function isCurrent(dataSource: DataSource, queryRunner: QueryRunner): Promise<boolean> {
  const [table] = (await queryRunner.query(
    `SELECT to_regclass('"satchel"."migrations"') IS NOT NULL AS there`,
  )) as { there: boolean }[];
  if (!table?.there) return false;
  const executed = (await queryRunner.query('SELECT "name" FROM "satchel"."migrations"')) as {
    name: string;
  }[];
  const names = new Set(executed.map(({ name }) => name));
  const known = dataSource.migrations.map(({ name }) => name ?? '');
  const unknown = [...names].filter(name => !known.includes(name));
  if (unknown.length > 0) {
    throw new BackupError(
      'unsupported',
      `The catalog was changed by a newer version of Satchel (${unknown.join(', ')}). Update this one, or set CATALOG_DATABASE_URL to another database.`,
      { setting: 'CATALOG_DATABASE_URL' },
    );
  }
  return known.every(name => names.has(name));
}

async function schemaExists(queryRunner: QueryRunner): Promise<boolean> {
  const rows = (await queryRunner.query(
    `SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'satchel'`,
  )) as unknown[];
  return rows.length > 0;
}
