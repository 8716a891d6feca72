import type { RowCounts, RestoreMethod } from '@satchel/domain';
import { quoteIdentifier, quoteQualified } from '../quote-identifier.js';
import type { CatalogColumn, CatalogRelation } from '../catalog/catalog-relation.js';
import type { RelationMatch } from './match-relations.js';
import type { EarlyRows } from './early-rows.js';
import type { UniqueIndex } from './unique-indexes.js';

/** What a difference does to a row: the value of the column `KIND` in a table of differences. */
export type DifferenceKind = 'c' | 'u' | 'd';

/** The column of a table of differences that says what is done; no column of a user has this name. */
export const KIND = '"satchel:kind"';

/**
 * One table on its way through a restore: what it is matched with, where its rows are staged, how they differ.
 * Names of temporary tables are ours; everything else is quoted.
 */
export class TableRestore {
  #takenRows = 0;
  /** Rows of the file that were dropped on the way, since the live table has their equals; null if none were looked for. */
  equalRows: number | null = null;
  /** Whether rows went straight into the live table. */
  loaded = false;
  /** Rows that were written into the live table before all were known; null if none were. */
  early: EarlyRows | null = null;
  staged = false;
  /** Set by the plan. */
  counts: RowCounts | null = null;
  method: RestoreMethod = 'reconcile';
  /** Whether the table of differences is there; without one all rows are exchanged (`reload`) or none (`load`). */
  compared = false;
  uniqueIndexes: readonly UniqueIndex[] = [];
  /** Whether rows that are there and differ are updated. */
  updates = true;

  /** What tells rows apart, all of it in the file; null if nothing does. */
  key: readonly string[] | null;

  readonly columns: readonly CatalogColumn[];

  constructor(
    readonly match: RelationMatch,
    readonly live: CatalogRelation,
  ) {
    this.key = match.key;
    this.columns = match.columns.flatMap(column => (column.live === null ? [] : [column.live]));
  }

  get role(): RelationMatch['stored']['role'] {
    return this.match.stored.role;
  }

  get label(): string {
    return `${this.live.schema}.${this.live.name}`;
  }

  /**
   * Takes note of what keeps the live rows apart, and, where the file lacks the table's own key (join tables of old
   * files do), settles for another that it has. Rows that others refer to have values in the key they are referred to
   * by, so for them one that takes nulls will do.
   */
  setUniqueIndexes(indexes: readonly UniqueIndex[]): void {
    this.uniqueIndexes = indexes;
    const present = new Map(this.columns.map(column => [column.name, column]));
    const { role, complete } = this.match.stored;
    const mayBeNull = role === 'context' || role === 'created' || (role === 'before' && complete !== true);
    const find = (fits: (name: string) => boolean): readonly string[] | null =>
      indexes.find(index => !index.deferrable && index.columns?.every(fits))?.columns ?? null;
    this.key ??= find(name => present.get(name)?.notNull === true);
    if (mayBeNull) this.key ??= find(name => present.has(name));
  }

  /** The live table with its own rows only; a partitioned one with all of its partitions'. */
  get from(): string {
    return this.live.kind === 'partitioned' ? this.target : `ONLY ${this.target}`;
  }

  get target(): string {
    return quoteQualified(this.live);
  }

  get stage(): string {
    return `pg_temp.satchel_stage_${this.match.index}`;
  }

  /** The live rows that had no equal in the file, where equal ones were dropped. */
  get liveStage(): string {
    return `pg_temp.satchel_live_${this.match.index}`;
  }

  /** Where the live rows are that staged ones are compared with. */
  get comparedWith(): string {
    return this.equalRows === null ? this.from : this.liveStage;
  }

  /** Rows of the file that are in the stage or, loaded, in the live table. */
  get takenRows(): number {
    return this.#takenRows;
  }

  took(rows: number): void {
    this.#takenRows += rows;
  }

  /** All rows that the file has. */
  get storedRows(): number {
    return this.takenRows + (this.equalRows ?? 0);
  }

  /** Whether each stored value goes into a column of its own, and no column gets anything else. */
  get isStoredAsIs(): boolean {
    return (
      this.match.filled.length === 0 &&
      this.match.required.length === 0 &&
      this.match.columns.every(column => column.live !== null && !column.mayNotFit)
    );
  }

  /** Whether equal rows of file and database are equal bytes, so that they can be found before they are staged. */
  get canMatch(): boolean {
    const { columns, stored } = this.match;
    const known = columns.every(column => column.live !== null && column.stored.type === column.live.type);
    return known && stored.role === 'content' && this.key !== null && columns.length > 0;
  }

  get differences(): string {
    return `pg_temp.satchel_differences_${this.match.index}`;
  }

  /** The staged columns, qualified. */
  columnList(alias?: string): string {
    return this.columns
      .map(column => (alias === undefined ? '' : `${alias}.`) + quoteIdentifier(column.name))
      .join(', ');
  }

  /** `a.k = b.k AND …` over the key, with the key's own operators. */
  sameKey(a: string, b: string): string {
    const key = this.key ?? [];
    const index = this.uniqueIndexes.find(
      candidate =>
        candidate.columns?.length === key.length && candidate.columns.every(name => key.includes(name)),
    );
    return key
      .map(name => {
        const operator = index?.operators[index.columns?.indexOf(name) ?? -1] ?? 'OPERATOR(pg_catalog.=)';
        return `${a}.${quoteIdentifier(name)} ${operator} ${b}.${quoteIdentifier(name)}`;
      })
      .join(' AND ');
  }

  /** A condition that holds where two rows differ in any byte of the given columns; types need no equality for it. */
  differsIn(columns: readonly string[], a: string, b: string): string {
    const list = (alias: string): string =>
      columns.map(name => `${alias}.${quoteIdentifier(name)}`).join(', ');
    // The casts keep PostgreSQL from comparing column by column, for which `*<>` is not defined.
    return `(ROW(${list(a)})::record OPERATOR(pg_catalog.*<>) ROW(${list(b)})::record)`;
  }

  /** SQL: the kinds whose rows get stored; context rows and `skip` leave different ones as they are. */
  get storedKinds(): string {
    return this.updates ? `'c', 'u'` : `'c'`;
  }

  /** SQL: the kinds whose live rows change or go. */
  get removedKinds(): string {
    return this.updates ? `'u', 'd'` : `'d'`;
  }

  /** Rows that the restore is going to change in the live table. */
  get changes(): number {
    return this.counts === null ? 0 : this.counts.created + this.counts.updated + this.counts.deleted;
  }
}
