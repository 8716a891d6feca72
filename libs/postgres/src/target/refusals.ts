import type { ClientBase } from 'pg';
import { BackupError } from '@satchel/domain';
import { quoteColumns, quoteIdentifier } from '../quote-identifier.js';
import { refersTo, refersToSomething, type ForeignKeyConstraint } from './foreign-keys.js';
import { readRowRules } from './row-rules.js';
import { KIND, type TableRestore } from './table-restore.js';

/** Rows that an error names; it says how many more there are only up to this number. */
const NAMED_ROWS = 5;

/**
 * Looks, before anything is changed, for what the database would refuse or lose, so that a plan can be trusted and an
 * error can name the rows. All of it is checked by the database again when the rows are in.
 */
export class Refusals {
  readonly #byOid: ReadonlyMap<number, TableRestore>;

  constructor(
    private readonly client: ClientBase,
    tables: readonly TableRestore[],
    private readonly foreignKeys: readonly ForeignKeyConstraint[],
  ) {
    // A list of created keys is no table's rows: what happens to them is among the differences of the table itself.
    this.#byOid = new Map(
      tables.filter(table => table.role !== 'created').map(table => [table.live.oid, table]),
    );
  }

  /** Values that the live column would cut or round. */
  async ofWhatDoesNotFit(table: TableRestore): Promise<void> {
    for (const { live, mayNotFit } of table.match.columns) {
      if (!mayNotFit || live === null) continue;
      const column = `s.${quoteIdentifier(live.name)}`;
      const found = await this.#find(
        table,
        `SELECT ${keyText(table, 's')} FROM ${table.stage} s
          WHERE ${column} IS NOT NULL AND (${column}::${live.type})::text IS DISTINCT FROM ${column}::text`,
      );
      if (found.length === 0) continue;
      throw refusal(
        `${named(table, found)}: the value of ${live.name} does not fit ${live.type}; it would be cut or rounded.`,
        table,
        { column: live.name, keys: found, reason: `does not fit ${live.type}` },
      );
    }
  }

  /** New rows without a value that they must have. */
  ofMissingValues(table: TableRestore): void {
    const { required } = table.match;
    if (required.length === 0 || (table.counts?.created ?? 0) === 0) return;
    throw refusal(
      `${table.label}: ${table.counts?.created ?? 0} new rows would have no ${required.join(', ')}, which must have a value: ` +
        `say which (${required.map(column => `--fill ${table.live.name}.${column}=…`).join(' ')}).`,
      table,
      { column: required.join(', '), reason: 'required, and the file lacks it' },
    );
  }

  /** Two rows of the file that claim one key, where that would not be found by inserting them. */
  async ofKeysTwice(table: TableRestore): Promise<void> {
    const found = await this.#find(
      table,
      `SELECT DISTINCT ${keyText(table, 'd')} FROM ${table.differences} d
         JOIN ${table.stage} s ON ${table.sameKey('s', 'd')}
        WHERE d.${KIND} IN ('c', 'u')
        GROUP BY ${quoted(table.key, 'd')} HAVING count(*) > 1`,
    );
    if (found.length === 0) return;
    throw refusal(`The file has more than one row for ${named(table, found)}.`, table, {
      keys: found,
      reason: 'key used twice',
    });
  }

  /** Rows to be stored that lack a required value or break a check. */
  async ofBrokenRules(table: TableRestore): Promise<void> {
    const rules = await readRowRules(this.client, table);
    if (rules.length === 0) return;
    const rows = table.compared
      ? `(SELECT * FROM ${table.differences} WHERE ${KIND} IN (${table.storedKinds})) d`
      : `${table.stage} d`;
    const broken = async (conditions: readonly string[]): Promise<string[]> =>
      await this.#find(
        table,
        `SELECT ${keyText(table, 'd')} FROM ${rows} WHERE ${conditions.map(condition => `(${condition})`).join(' OR ')}`,
      );
    // One look at the rows for all rules; only if that finds something, which rule it is.
    if ((await broken(rules.map(rule => rule.broken))).length === 0) return;
    for (const rule of rules) {
      const found = await broken([rule.broken]);
      if (found.length === 0) continue;
      const columns = rule.columns.join(', ');
      const reason =
        rule.constraint === null ? 'a required value is missing' : `the check ${rule.constraint} is broken`;
      throw refusal(`${named(table, found)}, ${columns}: ${reason}.`, table, {
        column: columns,
        keys: found,
        ...(rule.constraint !== null && { constraint: rule.constraint }),
        reason,
      });
    }
  }

  /** Rows to be stored whose foreign keys would point at nothing. */
  async ofMissingParents(table: TableRestore): Promise<void> {
    const present = new Set(table.columns.map(column => column.name));
    for (const key of this.foreignKeys) {
      if (key.from.rootOid !== table.live.oid || !key.validated) continue;
      if (!key.from.columns.every(column => present.has(column))) continue;
      const parent = this.#byOid.get(key.to.rootOid);
      const kinds = table.storedKinds;
      const found = await this.#find(
        table,
        `SELECT ${keyText(table, 'd')} FROM ${table.compared ? table.differences : table.stage} d
          WHERE ${table.compared ? `d.${KIND} IN (${kinds}) AND` : ''} ${refersToSomething(key, 'd')}
            AND NOT (${parentExists(key, parent)})`,
      );
      if (found.length === 0) continue;
      const columns = key.from.columns.join(', ');
      throw refusal(
        `${named(table, found)}: ${columns} refers to a row of ${key.to.schema}.${key.to.name} that is neither in the database nor in the file.`,
        table,
        {
          column: columns,
          keys: found,
          constraint: key.name,
          reason: `no such row in ${key.to.schema}.${key.to.name}`,
        },
      );
    }
  }

  /** Rows to be deleted that rows which stay still refer to. */
  async ofNeededRows(table: TableRestore): Promise<void> {
    if (!table.compared || (table.counts?.deleted ?? 0) === 0) return;
    for (const key of this.foreignKeys) {
      if (key.to.rootOid !== table.live.oid) continue;
      const child = this.#byOid.get(key.from.rootOid);
      // A table that is loaded anew has no rows of old; its new ones are looked at by `ofMissingParents`.
      if (child !== undefined && !child.compared) continue;
      // Its rows may refer to nothing: as long as the key is not validated, that is how they were backed up.
      if (child !== undefined && !key.validated) continue;
      const staysAsItIs =
        child === undefined
          ? ''
          : `AND NOT EXISTS (SELECT 1 FROM ${child.differences} x WHERE x.${KIND} <> 'c' AND ${child.sameKey('x', 'f')})`;
      const replaced = storesReferenced(key, table)
        ? `AND NOT EXISTS (SELECT 1 FROM ${table.differences} x WHERE x.${KIND} <> 'd' AND ${refersTo(key, 'x', 'f')})`
        : '';
      const found = await this.#find(
        table,
        `SELECT ${keyText(table, 'p')} FROM ${table.from} p
           JOIN ${table.differences} d ON d.${KIND} = 'd' AND ${table.sameKey('d', 'p')}
          WHERE EXISTS (SELECT 1 FROM ${key.from.rows} f
                         WHERE ${refersTo(key, 'p', 'f')} ${staysAsItIs} ${replaced})`,
      );
      if (found.length === 0) continue;
      throw refusal(
        `${named(table, found)} would be deleted, but rows of ${key.from.schema}.${key.from.name} that are not part of this restore still need it.`,
        table,
        { keys: found, constraint: key.name, reason: `still needed by ${key.from.schema}.${key.from.name}` },
      );
    }
  }

  /** Rows to be stored that claim a unique value which a row that stays has. */
  async ofTakenValues(table: TableRestore): Promise<void> {
    if (!table.compared || table.key === null) return;
    const present = new Set(table.columns.map(column => column.name));
    for (const index of table.uniqueIndexes) {
      const { columns } = index;
      if (columns === null || !columns.every(column => present.has(column))) continue;
      if (columns.length === table.key.length && columns.every(column => table.key?.includes(column)))
        continue;
      const same = columns
        .map(
          (column, at) =>
            `l.${quoteIdentifier(column)} ${index.operators[at] ?? '='} d.${quoteIdentifier(column)}`,
        )
        .join(' AND ');
      const found = await this.#find(
        table,
        `SELECT ${keyText(table, 'd')} FROM ${table.differences} d
           JOIN ${table.from} l ON ${same}
          WHERE d.${KIND} IN (${table.storedKinds}) AND NOT (${table.sameKey('l', 'd')})
            AND NOT EXISTS (SELECT 1 FROM ${table.differences} x
                             WHERE x.${KIND} IN (${table.removedKinds}) AND ${table.sameKey('x', 'l')})`,
      );
      if (found.length === 0) continue;
      throw refusal(
        `${named(table, found)}: another row of the database already has the same ${columns.join(', ')}, which must be unique.`,
        table,
        { column: columns.join(', '), keys: found, constraint: index.name, reason: 'value is taken' },
      );
    }
  }

  async #find(table: TableRestore, sql: string): Promise<string[]> {
    // Materialized, so that the planner does not plan for the first few rows: where there are none, which is the rule, it
    // would have compared all with all.
    const { rows } = await this.client.query<Record<string, string | null>>(
      `WITH found AS MATERIALIZED (${sql}) SELECT * FROM found LIMIT ${NAMED_ROWS + 1}`,
    );
    const key = table.key ?? [];
    return rows.map(row => key.map(name => `${name} = ${row[name] ?? 'null'}`).join(', '));
  }
}

/** A condition on `d`, a row to be stored: whether what it refers to will be there. */
function parentExists(key: ForeignKeyConstraint, parent: TableRestore | undefined): string {
  const live = `EXISTS (SELECT 1 FROM ${key.to.rows} p WHERE ${refersTo(key, 'p', 'd')}`;
  if (parent === undefined || parent.loaded || parent.early !== null) return `${live})`;
  if (!parent.compared)
    return storesReferenced(key, parent)
      ? `EXISTS (SELECT 1 FROM ${parent.stage} p WHERE ${refersTo(key, 'p', 'd')})`
      : 'true';
  const stays = `${live} AND NOT EXISTS (SELECT 1 FROM ${parent.differences} x WHERE x.${KIND} = 'd' AND ${parent.sameKey('x', 'p')}))`;
  if (!storesReferenced(key, parent)) return stays;
  return `${stays} OR EXISTS (SELECT 1 FROM ${parent.differences} p WHERE p.${KIND} IN (${parent.storedKinds}) AND ${refersTo(key, 'p', 'd')})`;
}

/** Whether the file has all columns of the parent that the key refers to. */
function storesReferenced(key: ForeignKeyConstraint, parent: TableRestore): boolean {
  return key.to.columns.every(column => parent.columns.some(candidate => candidate.name === column));
}

function quoted(names: readonly string[] | null, alias?: string): string {
  const list = names ?? [];
  return alias === undefined
    ? quoteColumns(list)
    : list.map(name => `${alias}.${quoteIdentifier(name)}`).join(', ');
}

function keyText(table: TableRestore, alias: string): string {
  const list = (table.key ?? []).map(
    name => `${alias}.${quoteIdentifier(name)}::text AS ${quoteIdentifier(name)}`,
  );
  return list.length === 0 ? 'NULL' : list.join(', ');
}

/** "students_student with id = 5, id = 9 and more". */
function named(table: TableRestore, keys: readonly string[]): string {
  const shown = keys.slice(0, NAMED_ROWS).map(key => (key === '' ? 'a row' : key));
  return `${table.label} (${shown.join('; ')}${keys.length > NAMED_ROWS ? '; and more' : ''})`;
}

function refusal(message: string, table: TableRestore, context: Record<string, unknown>): BackupError {
  return new BackupError('restore_failed', `${message} Nothing was changed.`, {
    table: table.label,
    ...context,
  });
}
