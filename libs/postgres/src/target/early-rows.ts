import type { ClientBase, QueryResult } from 'pg';
import { storedColumns } from '../catalog/index.js';
import type { SpareWork } from './connection-turns.js';
import { NOT_BEGUN, type EarlyProgress, type EarlyStatement } from './early-statement.js';
import { refersTo, refersToSomething, type ForeignKeyConstraint } from './foreign-keys.js';
import type { TableRestore } from './table-restore.js';
import { readTriggers } from './triggers.js';
import { readUnvalidatedChecks } from './unvalidated-checks.js';

/** Share of the rows read so far that may be written early; where more differ, other ways are faster. */
const MOST_EARLY = 0.3;

/** Rows after which keys that wait for the end are checked: the server remembers 12 bytes for each row and key until then. */
const CHECK_EVERY_ROWS = 1_000_000;

/** Rows written by one statement at most: the work of two seconds, beyond which nothing is gained. */
const MOST_AT_A_TIME = 80_000;

/** Says that the outcome may not be what the plan says; the restore starts again without writing early. */
export class EarlyRowsDiffer extends Error {}

/**
 * Whether staged rows of a table may be written into it before all are known: nothing but its own keys, checks and
 * deferred foreign keys has a say, each of its columns comes from the file, and no definition has to change for it,
 * which would need a lock that our own reading of the live rows is in the way of.
 */
export async function mayWriteEarly(
  client: ClientBase,
  table: TableRestore,
  foreignKeys: readonly ForeignKeyConstraint[],
): Promise<boolean> {
  const { live, key } = table;
  if (live.kind !== 'table' || key === null || !table.canMatch || !table.isStoredAsIs) return false;
  const stored = new Set(table.columns.map(column => column.name));
  if (!storedColumns(live).every(column => stored.has(column.name))) return false;
  if (table.columns.some(column => column.identity === 'always' && !key.includes(column.name))) return false;
  const tellsApart = table.uniqueIndexes.some(
    ({ columns, deferrable }) =>
      !deferrable && columns?.length === key.length && columns.every(column => key.includes(column)),
  );
  if (!tellsApart) return false;
  const keysWait = foreignKeys.every(foreign => {
    if (foreign.from.rootOid === live.oid && !(foreign.deferrable && foreign.validated && foreign.checksOnly))
      return false;
    // An update leaves the key's value as it is, so nobody who refers to it is concerned.
    return foreign.to.rootOid !== live.oid || foreign.to.columns.every(column => key.includes(column));
  });
  if (!keysWait) return false;
  const [triggers, checks] = [
    await readTriggers(client, [live.oid]),
    await readUnvalidatedChecks(client, [live.oid]),
  ];
  return triggers.length === 0 && checks.length === 0;
}

/**
 * A table's foreign keys, if they may be checked once for all rows that were written early instead of by the server for
 * each row: a set at a time costs a twentieth. The server leaves it to us as it does to whoever replicates a database, which
 * takes a superuser or a role that was granted it.
 *
 * @param tableOid   the table whose rows are written
 * @param lockedOids tables that nobody else can write to, so that no row that is referred to can go meanwhile
 * @returns null where the server has to check them
 */
export async function keysToCheck(
  client: ClientBase,
  tableOid: number,
  foreignKeys: readonly ForeignKeyConstraint[],
  lockedOids: ReadonlySet<number>,
): Promise<readonly ForeignKeyConstraint[] | null> {
  const keys = foreignKeys.filter(key => key.from.rootOid === tableOid);
  if (keys.length === 0 || !keys.every(key => lockedOids.has(key.to.rootOid))) return null;
  const { rows } = await client.query<{ plain: boolean; superuser: boolean; grants: boolean }>(OF_SESSION, [
    tableOid,
  ]);
  const [session] = rows;
  if (session?.plain !== true) return null;
  if (session.superuser) return keys;
  if (!session.grants) return null;
  const granted = await client.query<{ may: boolean }>(
    "SELECT pg_catalog.has_parameter_privilege('session_replication_role', 'SET') AS may",
  );
  return granted.rows[0]?.may === true ? keys : null;
}

/**
 * `plain`: no constraint but foreign keys is checked by a trigger, as deferrable ones are, and so would be left out; and each
 * foreign key is one of equal values, not of ranges that several parents cover (18 and later; the member is absent before).
 * `grants`: the server knows rights to single settings.
 */
const OF_SESSION = /* sql */ `
  SELECT pg_catalog.current_setting('session_replication_role') = 'origin'
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE conrelid = $1
                            AND (contype <> 'f' AND condeferrable OR (pg_catalog.to_jsonb(c) ->> 'conperiod')::boolean)) AS plain,
         pg_catalog.current_setting('is_superuser')::boolean AS superuser,
         pg_catalog.current_setting('server_version_num')::int >= 150000 AS grants`;

/**
 * Writes staged rows into the live table while others are still being matched, so that the server works while we do: some at a
 * time, in the order in which they were staged.
 * What it was is among the live rows set apart, from which plan and safety backup are made as ever; the database
 * checks its rules as ever. Only if all goes well does it stand: rows that need an order among them (one takes a unique
 * value that another has yet to give up), and all that a person should be told of, are left to a careful restore.
 */
export class EarlyRows implements SpareWork {
  #progress = NOT_BEGUN;
  #unchecked = 0;
  #deferred = false;

  constructor(
    private readonly client: ClientBase,
    private readonly table: TableRestore,
    private readonly statement: EarlyStatement,
    /** From `keysToCheck`. */
    private readonly keys: readonly ForeignKeyConstraint[] | null,
    /** Rows of one step, at least. */
    private readonly stepRows: number,
  ) {}

  /** Staged rows that are still to be written. */
  get waitingRows(): number {
    return this.table.takenRows - this.#progress.taken;
  }

  get isWaiting(): boolean {
    return this.waitingRows > 0;
  }

  /** Whether each staged row was new or differed from the one that was there. */
  get allDiffered(): boolean {
    return this.#progress.created + this.#progress.updated === this.table.takenRows;
  }

  /**
   * Writes the next staged rows.
   *
   * @throws the driver's error for a row that the server refuses
   */
  async step(): Promise<void> {
    if (this.keys !== null) {
      await this.#write(
        'SET LOCAL session_replication_role = replica',
        'SET LOCAL session_replication_role = origin',
      );
      return;
    }
    if (!this.#deferred) await this.client.query('SET CONSTRAINTS ALL DEFERRED');
    this.#deferred = true;
    this.#unchecked += await this.#write();
    if (this.#unchecked < CHECK_EVERY_ROWS) return;
    await this.client.query('SET CONSTRAINTS ALL IMMEDIATE');
    await this.client.query('SET CONSTRAINTS ALL DEFERRED');
    this.#unchecked = 0;
  }

  /** Many at a time where many wait, since then those who wait for the connection are ahead; sorting gains by it. */
  #nextRows(): number {
    return Math.max(this.stepRows, Math.min(MOST_AT_A_TIME, Math.floor(this.waitingRows / 2)));
  }

  /**
   * All in one message: each answer that the server waits for to go on, it may wait for until we have matched many rows.
   *
   * @param before a statement, as `after`
   * @returns the number of rows that were created or updated
   */
  async #write(before = '', after = ''): Promise<number> {
    const written = this.#progress;
    const answer: unknown = await this.client.query(
      `${before}; ${this.statement(written, this.#nextRows())}; ${after}`,
    );
    const results = (Array.isArray(answer) ? answer : [answer]) as QueryResult<EarlyProgress>[];
    const [progress] = results.flatMap(({ rows }) => rows);
    // Null, though its type says otherwise, where no row was found.
    if (!progress?.last)
      throw new EarlyRowsDiffer(`${this.table.label}: staged rows are not where they were.`);
    this.#progress = progress;
    return progress.created + progress.updated - written.created - written.updated;
  }

  /**
   * Checks the foreign keys that the server has left to us, once all tables have their rows.
   *
   * @throws EarlyRowsDiffer for a row whose parent is nowhere; a careful restore says which one it is
   */
  async checkKeys(): Promise<void> {
    for (const key of this.keys ?? []) {
      // Counted, not looked for: for a first one, the planner would search an index for each row.
      const { rows } = await this.client.query<{ orphaned: boolean }>(
        `SELECT pg_catalog.count(*) > 0 AS orphaned FROM ${this.table.stage} d
          WHERE ${refersToSomething(key, 'd')} AND NOT EXISTS (SELECT FROM ${key.to.rows} p WHERE ${refersTo(key, 'p', 'd')})`,
      );
      if (rows[0]?.orphaned === true) {
        throw new EarlyRowsDiffer(
          `${this.table.label}: a row refers to one that is nowhere, by ${key.name}.`,
        );
      }
    }
  }

  /**
   * Compares what was written with the plan, which was made from the rows as they were.
   *
   * @throws EarlyRowsDiffer if it is not the same, which a key that the file has twice leads to
   */
  expectPlanned(): void {
    const { counts, label } = this.table;
    const { created, updated } = this.#progress;
    if (counts?.created === created && counts.updated === updated && counts.deleted === 0) return;
    throw new EarlyRowsDiffer(`${label}: what was written early is not what the plan says.`);
  }
}

/**
 * Whether so few of the rows that were read so far differ that writing them early is worth it.
 *
 * @throws EarlyRowsDiffer if they are too many now, and some are written already
 */
export function areWorthIt(table: TableRestore, rows: number, equal: number): boolean {
  if (rows - equal <= rows * MOST_EARLY) return true;
  if (table.early === null) return false;
  throw new EarlyRowsDiffer(`${table.label}: more rows differ than are worth writing early.`);
}
