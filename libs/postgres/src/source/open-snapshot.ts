import { BackupError, scopeIncludes, type Scope } from '@satchel/domain';
import type { CatalogRelation } from '../catalog/catalog-relation.js';
import { readForeignKeys } from '../catalog/read-foreign-keys.js';
import { readRelations } from '../catalog/read-relations.js';
import { requireReadable } from '../catalog/require-readable.js';
import { ContextQuery } from './context-query.js';
import { lockSql } from './lock-relations.js';
import type { ReadConnection } from './read-connection.js';

/** What a scope is, in a database whose tables can no longer change. */
export interface ScopeTables {
  /** In the order of schema and name. */
  readonly content: readonly CatalogRelation[];
  readonly context: ContextQuery;
}

/** Tables that change each time between finding and locking them are being changed by a program; people are slower. */
const MAX_ATTEMPTS = 5;

/**
 * Begins the transaction, locks the scope's tables and those that their foreign keys lead to, and only then takes the
 * snapshot. Tables are looked at before, to know what to lock, and again under the snapshot: what it shows is locked.
 *
 * @throws BackupError `validation_error` if the scope matches no table, `permission_error` if the role may not see
 *   all rows of a table, `conflict` if tables keep changing
 */
export async function openSnapshot(connection: ReadConnection, scope: Scope): Promise<ScopeTables> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = tablesOf(await readScope(connection, scope));
    await connection.use(client =>
      requireReadable(
        client,
        before.map(relation => relation.oid),
      ),
    );
    await connection.begin(null);
    if (await isLocked(connection, before)) {
      const locked = new Set(before.map(relation => relation.oid));
      const scopeTables = await readScope(connection, scope);
      if (tablesOf(scopeTables).every(relation => locked.has(relation.oid))) return scopeTables;
    }
    await connection.rollback();
  }
  throw new BackupError(
    'conflict',
    'Tables of the backup are being created, dropped or renamed all the time. Try again when that is over.',
  );
}

function tablesOf({ content, context }: ScopeTables): CatalogRelation[] {
  return [...content, ...context.candidates];
}

async function readScope(connection: ReadConnection, scope: Scope): Promise<ScopeTables> {
  const relations = await connection.use(readRelations);
  const content = relations.filter(relation => scopeIncludes(scope, relation));
  if (content.length === 0) {
    throw new BackupError(
      'validation_error',
      `The database has no table that belongs to the backup type ${scope.name} (${scope.include.join(', ')}). ` +
        'Is it the right database (DATABASE_URL)?',
      { scope: scope.name, include: scope.include, exclude: scope.exclude },
    );
  }
  const foreignKeys = await connection.use(client =>
    readForeignKeys(
      client,
      relations.map(relation => relation.oid),
    ),
  );
  return { content, context: new ContextQuery(content, relations, foreignKeys) };
}

/** @returns false if a table is no longer there */
async function isLocked(connection: ReadConnection, relations: readonly CatalogRelation[]): Promise<boolean> {
  try {
    await connection.run(lockSql(relations, false));
    return true;
  } catch (error) {
    const state = error instanceof BackupError ? error.context['sqlState'] : null;
    if (state === '42P01' || state === '3F000') return false;
    throw error;
  }
}
