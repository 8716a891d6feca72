import {
  BackupError,
  relationLabel,
  type Column,
  type Relation,
  type SchemaDifference,
} from '@satchel/domain';
import type { CatalogColumn, CatalogRelation } from '../catalog/catalog-relation.js';

export interface MatchedColumn {
  readonly stored: Column;
  /** Null if the database has no such column; then its values are left out. */
  readonly live: CatalogColumn | null;
  /** Whether values might be cut or rounded by the live column's length or scale, so that each must be looked at. */
  readonly mayNotFit: boolean;
}

/** A column that the file lacks and that gets a given value in new rows. */
export interface FilledColumn {
  readonly column: CatalogColumn;
  /** As PostgreSQL reads it. */
  readonly value: string;
}

/** One relation of an archive beside the table of the database that it goes into. */
export interface RelationMatch {
  /** Index into the archive's relations. */
  readonly index: number;
  readonly stored: Relation;
  /** Null if the database has no such table; then its rows are left out. */
  readonly live: CatalogRelation | null;
  /** In the order of the stored values. */
  readonly columns: readonly MatchedColumn[];
  readonly filled: readonly FilledColumn[];
  /** Columns that must have a value, which neither the file nor a default gives them: no row can be added. */
  readonly required: readonly string[];
  /** What tells rows apart, all of it in the file; null if nothing does. */
  readonly key: readonly string[] | null;
}

export interface MatchOptions {
  readonly allowMissing: boolean;
  readonly fill: Readonly<Record<string, string>>;
}

/**
 * Finds each stored relation's table and each stored column's column, by name, and lists every way in which the two
 * sides differ. Pure.
 *
 * @throws BackupError `restore_failed` with all blocking differences, unless missing things are allowed;
 *   `validation_error` for a name that fits several tables
 */
export function matchRelations(
  stored: readonly Relation[],
  live: readonly CatalogRelation[],
  options: MatchOptions,
): { readonly matches: readonly RelationMatch[]; readonly differences: readonly SchemaDifference[] } {
  const differences: SchemaDifference[] = [];
  const matches = stored.map((relation, index) =>
    matchRelation(relation, index, findTable(relation, live), options, differences),
  );
  const blocking = differences.filter(difference => difference.blocking);
  if (blocking.length > 0 && !options.allowMissing) {
    throw new BackupError(
      'restore_failed',
      `The file does not fit this database, and nothing was changed. ${blocking.map(one => one.message).join(' ')} ` +
        'Allow missing tables and columns (--allow-missing) to go on without them.',
      { differences: blocking },
    );
  }
  const impossible = differences.filter(difference => difference.blocking && isImpossible(difference));
  if (impossible.length > 0) {
    throw new BackupError(
      'restore_failed',
      `The file does not fit this database, and nothing was changed. ${impossible.map(one => one.message).join(' ')}`,
      { differences: impossible },
    );
  }
  return { matches, differences };
}

/** Allowing what is missing does not help where a value would have to be turned into another type. */
function isImpossible(difference: SchemaDifference): boolean {
  return difference.kind === 'different type';
}

function findTable(relation: Relation, live: readonly CatalogRelation[]): CatalogRelation | null {
  const named = live.filter(table => table.name === relation.name);
  if (relation.schema !== '') return named.find(table => table.schema === relation.schema) ?? null;
  if (named.length <= 1) return named[0] ?? null;
  const inPublic = named.find(table => table.schema === 'public');
  if (inPublic) return inPublic;
  throw new BackupError(
    'validation_error',
    `The file has rows for ${relation.name}, and the database has several tables of that name: ${named.map(relationLabel).join(', ')}.`,
    { table: relation.name, found: named.map(relationLabel) },
  );
}

function matchRelation(
  stored: Relation,
  index: number,
  live: CatalogRelation | null,
  options: MatchOptions,
  differences: SchemaDifference[],
): RelationMatch {
  const label = relationLabel(live ?? stored);
  const place = { schema: live?.schema ?? stored.schema, name: stored.name };
  if (live === null) {
    differences.push({
      kind: 'missing table',
      ...place,
      blocking: true,
      message: `The database has no table ${label}: its rows in the file would be left out.`,
    });
    return {
      index,
      stored,
      live,
      columns: stored.columns.map(column => ({ stored: column, live: null, mayNotFit: false })),
      filled: [],
      required: [],
      key: null,
    };
  }

  const columns = stored.columns.map(column => {
    const found = findColumn(column, live);
    const mayNotFit = found !== null && column.type !== found.type && stagedType(found.type) !== found.type;
    return { stored: column, live: found, mayNotFit };
  });
  for (const { stored: column, live: found } of columns) {
    if (found === null) {
      differences.push({
        kind: 'missing column',
        ...place,
        column: column.name,
        blocking: true,
        message: `${label} has no column ${column.name}: its values in the file would be left out.`,
      });
    } else if (found.generated) {
      differences.push({
        kind: 'missing column',
        ...place,
        column: column.name,
        blocking: true,
        message: `${label}.${column.name} is computed by the database: its values in the file would be left out.`,
      });
    } else if (column.type !== '' && !holdsAll(column.type, found.type)) {
      differences.push({
        kind: 'different type',
        ...place,
        column: column.name,
        blocking: true,
        message: `${label}.${column.name} is ${found.type}, in the file ${column.type}: values are never turned into another type.`,
      });
    }
  }
  const taken = columns.flatMap(column => (column.live === null ? [] : [column.live.name]));
  const twice = taken.find((name, at) => taken.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new BackupError('invalid_backup', `The file has the column ${twice} of ${label} twice.`, {
      table: label,
      column: twice,
    });
  }
  const usable = columns.map(column =>
    column.live?.generated === true ? { ...column, live: null } : column,
  );
  const present = new Set(usable.map(column => column.live?.name));
  // Safety backups list of created rows only the key, and nothing is inserted from those lists.
  const lacking =
    stored.role === 'created'
      ? []
      : live.columns.filter(column => !column.generated && !present.has(column.name));
  const { filled, required } = matchLacking(lacking, live, label, options, differences);
  return {
    index,
    stored,
    live,
    columns: usable,
    filled,
    required,
    key: live.key?.every(name => present.has(name)) ? live.key : null,
  };
}

function matchLacking(
  lacking: readonly CatalogColumn[],
  live: CatalogRelation,
  label: string,
  options: MatchOptions,
  differences: SchemaDifference[],
): Pick<RelationMatch, 'filled' | 'required'> {
  const filled: FilledColumn[] = [];
  const required: string[] = [];
  for (const column of lacking) {
    const place = { schema: live.schema, name: live.name, column: column.name };
    const value =
      options.fill[`${live.schema}.${live.name}.${column.name}`] ??
      options.fill[`${live.name}.${column.name}`];
    if (value !== undefined) {
      filled.push({ column, value });
      differences.push({
        kind: 'filled column',
        ...place,
        blocking: true,
        message: `The file lacks ${label}.${column.name}: new rows would get ${JSON.stringify(value)}.`,
      });
    } else if (column.hasDefault || column.identity !== null || !column.notNull) {
      const what = column.hasDefault || column.identity !== null ? 'its default' : 'null';
      differences.push({
        kind: 'defaulted column',
        ...place,
        blocking: false,
        message: `The file lacks ${label}.${column.name}: new rows get ${what}.`,
      });
    } else {
      required.push(column.name);
      differences.push({
        kind: 'required column',
        ...place,
        blocking: true,
        message:
          `The file lacks ${label}.${column.name}, which must have a value and has no default: ` +
          `say which value new rows get (--fill ${live.name}.${column.name}=…).`,
      });
    }
  }
  return { filled, required };
}

function findColumn(column: Column, live: CatalogRelation): CatalogColumn | null {
  return (
    live.columns.find(candidate => candidate.name === column.name) ??
    live.columns.find(candidate => candidate.name === column.alternativeName) ??
    null
  );
}

/** Types whose values are written alike and either fit another type of the same group unchanged or are refused by it. */
const INTERCHANGEABLE = [
  ['smallint', 'integer', 'bigint'],
  ['character varying', 'text'],
];

/**
 * Whether values of one type, in PostgreSQL's text form, can be tried in another without being turned into something
 * else. Lengths and scales may differ: a value that does not fit is found and refused, never cut or rounded.
 */
function holdsAll(stored: string, live: string): boolean {
  if (stored === live) return true;
  const [from, to] = [withoutModifier(stored), withoutModifier(live)];
  if (from === to) return stagedType(live) !== live || stagedType(stored) !== stored;
  return INTERCHANGEABLE.some(group => group.includes(from) && group.includes(to));
}

/**
 * The type that a column is staged with where the file's type is another or unknown: without length, precision or
 * scale, where PostgreSQL would apply those by cutting or rounding in silence.
 */
export function stagedType(liveType: string): string {
  return /^(character varying|numeric|interval|time|timestamp)\b[^[]*$/.test(liveType)
    ? withoutModifier(liveType)
    : liveType;
}

function withoutModifier(type: string): string {
  return type.replace(/\([^)]*\)/, '');
}
