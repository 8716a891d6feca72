import type { Client } from 'pg';
import {
  BackupError,
  RestoreTarget,
  throwIfCancelled,
  type Relation,
  type RestoreRequest,
  type TargetSession,
} from '@satchel/domain';
import { readRelations, toRelation, type CatalogRelation } from '../catalog/index.js';
import { connect, sqlState, type ConnectionSettings } from '../connection/index.js';
import { quoteLiteral, quoteQualified } from '../quote-identifier.js';
import { refuseUnlessEmpty, runDefinition } from './create-schema.js';
import { readForeignKeys } from './foreign-keys.js';
import { matchRelations, type RelationMatch } from './match-relations.js';
import { fromTargetError } from './refused-row.js';
import { takeRestoreLock } from './restore-lock.js';
import { RestoreSession } from './restore-session.js';
import { INDEX_MEMORY, WORK_MEMORY } from './server-memory.js';
import { STAGE_SIZES, type StageSizes } from './stage-sizes.js';
import { Suspensions } from './suspensions.js';
import { TableRestore } from './table-restore.js';

/** How long a restore waits for others to finish with a table before it gives up, in milliseconds. */
const LOCK_TIMEOUT_MS = 30_000;

/**
 * Makes a sample of 3,000 rows of each temporary table instead of 30,000: the planner has to know how many rows there
 * are, and about how many values, to choose a join.
 */
const STATISTICS_TARGET = 10;

/** A PostgreSQL database that is restored into. */
export class PostgresTarget extends RestoreTarget {
  /** @param sizes for tests; those left out are as ever */
  constructor(
    private readonly settings: ConnectionSettings,
    private readonly sizes: Partial<StageSizes> = {},
  ) {
    super();
  }

  override async relations(signal?: AbortSignal): Promise<readonly Relation[]> {
    const client = await connect(this.settings, {
      applicationName: 'satchel restore',
      signal,
      readOnly: true,
    });
    try {
      return (await readRelations(client)).map(relation => toRelation(relation, 'content'));
    } catch (error) {
      throw fromTargetError(error, undefined, signal);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  override async begin(request: RestoreRequest, signal?: AbortSignal): Promise<TargetSession> {
    const client = await connect(this.settings, { applicationName: 'satchel restore', signal });
    try {
      return await openSession(client, this.settings, request, { ...STAGE_SIZES, ...this.sizes }, signal);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw fromTargetError(error, undefined, signal);
    }
  }
}

async function openSession(
  client: Client,
  settings: ConnectionSettings,
  request: RestoreRequest,
  sizes: StageSizes,
  signal: AbortSignal | undefined,
): Promise<RestoreSession> {
  // A restore that is killed in the middle of a long statement must not hold its locks until that statement ends; some
  // systems cannot look whether a client is still there, and then it does.
  await client.query("SET client_connection_check_interval = '2s'").catch(() => undefined);
  if (!request.dryRun) await takeRestoreLock(client);
  // A dry run reads one snapshot; a restore works under locks, where each statement must see the ones before.
  await client.query(`BEGIN ISOLATION LEVEL ${request.dryRun ? 'REPEATABLE READ' : 'READ COMMITTED'}`);
  await client.query(
    `SET LOCAL work_mem = ${quoteLiteral(WORK_MEMORY)}; SET LOCAL maintenance_work_mem = ${quoteLiteral(INDEX_MEMORY)};
     SET LOCAL default_statistics_target = ${STATISTICS_TARGET}`,
  );
  const { createSchema } = request;
  if (createSchema !== undefined) {
    await refuseUnlessEmpty(client);
    await runDefinition(client, createSchema.preData, 'before');
  }
  if (!request.dryRun) await lockTables(client, request, await readRelations(client), signal);
  const live = await readRelations(client);
  const { matches, differences } = matchRelations(request.header.relations, live, request);
  const tables = matches.flatMap(match => (match.live === null ? [] : [new TableRestore(match, match.live)]));
  refuseSameTableTwice(tables);
  await refuseForeignPartitions(client, tables);
  if (!request.dryRun) await refuseTablesOfOthers(client, tables);
  const foreignKeys = await readForeignKeys(
    client,
    tables.map(table => table.live.oid),
  );
  const suspensions = new Suspensions(client);
  await suspensions.begin(tables.map(table => table.live.oid));
  throwIfCancelled(signal);
  const snapshotId = request.dryRun ? await exportSnapshot(client) : null;
  return new RestoreSession(
    client,
    request,
    differences,
    tables,
    foreignKeys,
    suspensions,
    { settings, snapshotId, signal },
    sizes,
  );
}

async function exportSnapshot(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>('SELECT pg_catalog.pg_export_snapshot() AS id');
  return rows[0]?.id ?? null;
}

/** Keeps others from writing to the tables until the restore is over; they can still be read. */
async function lockTables(
  client: Client,
  request: RestoreRequest,
  live: readonly CatalogRelation[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { matches } = matchRelations(request.header.relations, live, request);
  const names = [
    ...new Set(matches.flatMap(({ live: table }) => (table === null ? [] : [quoteQualified(table)]))),
  ].sort();
  if (names.length === 0) return;
  await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
  // An abort cancels the statement that runs; one that comes between two has to be seen before the next, which may wait long.
  throwIfCancelled(signal);
  try {
    await client.query(`LOCK TABLE ${names.join(', ')} IN SHARE ROW EXCLUSIVE MODE`);
  } catch (error) {
    if (sqlState(error) !== '55P03') throw error;
    throw new BackupError(
      'conflict',
      `Somebody else is writing to the tables that the restore would change, and was not done after ${LOCK_TIMEOUT_MS / 1000} seconds. ` +
        'Nothing was changed. Close other programs that write to the database, then try again.',
      { waitedMs: LOCK_TIMEOUT_MS },
      { cause: error },
    );
  }
}

/** A safety backup has two entries for a table, the rows before and the keys created; any other pair is a mistake. */
function refuseSameTableTwice(tables: readonly TableRestore[]): void {
  const seen = new Set<string>();
  for (const table of tables) {
    const entry = `${table.live.oid} ${table.role === 'created' ? 'created' : ''}`;
    if (seen.has(entry)) {
      throw new BackupError('invalid_backup', `The file lists the table ${table.label} twice.`, {
        table: table.label,
      });
    }
    seen.add(entry);
  }
}

/**
 * A partition on another server shows its rows through the root, but is in no backup and in no transaction of ours: its
 * rows would seem to be ones that the backup lacks.
 */
async function refuseForeignPartitions(client: Client, tables: readonly TableRestore[]): Promise<void> {
  const { rows } = await client.query<{ root: string; partition: string }>(
    `SELECT m.oid::regclass::text AS root, p.relid::regclass::text AS partition
       FROM pg_catalog.unnest($1::oid[]) AS m(oid), pg_catalog.pg_partition_tree(m.oid::regclass) p
       JOIN pg_catalog.pg_class c ON c.oid = p.relid
      WHERE c.relkind = 'f' ORDER BY 1, 2`,
    [tables.map(table => table.live.oid)],
  );
  if (rows.length === 0) return;
  throw new BackupError(
    'unsupported',
    `${rows.map(row => `${row.partition}, a partition of ${row.root},`).join(' ')} has its rows on another server. They are in no backup, ` +
      'and a restore of the table would remove them. Nothing was changed. Detach the partition (ALTER TABLE … DETACH PARTITION) ' +
      'for the while, or restore a type without the table.',
    { partitions: rows.map(row => row.partition) },
  );
}

/** Triggers, indexes and keys can be taken away for the while only by the owner. */
async function refuseTablesOfOthers(client: Client, tables: readonly TableRestore[]): Promise<void> {
  const { rows } = await client.query<{ role: string; label: string; owner: string }>(
    `SELECT current_user AS role, n.nspname || '.' || c.relname AS label, pg_catalog.pg_get_userbyid(c.relowner) AS owner
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = ANY ($1::oid[]) AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
      ORDER BY 2`,
    [tables.map((table: { readonly live: RelationMatch['live'] }) => table.live?.oid ?? 0)],
  );
  const [first] = rows;
  if (first === undefined) return;
  throw new BackupError(
    'permission_error',
    `The role ${first.role} does not own ${rows.map(row => `${row.label} (owner ${row.owner})`).join(', ')}, which a restore must. ` +
      `Connect as the owner, or run: GRANT ${JSON.stringify(first.owner)} TO ${JSON.stringify(first.role)}.`,
    { role: first.role, tables: rows.map(row => row.label) },
  );
}
