import type { CatalogRelation } from '../catalog/catalog-relation.js';
import type { ForeignKey } from '../catalog/read-foreign-keys.js';
import { quoteIdentifier } from '../quote-identifier.js';
import { copyWhere, fromItem, rowsOf } from './copy-statement.js';

/** A foreign key between two known tables. */
interface Edge {
  readonly from: CatalogRelation;
  readonly to: CatalogRelation;
  readonly key: ForeignKey;
}

/**
 * Finds the rows outside a set of tables that their rows refer to, directly or not.
 *
 * The rows are found anew by each statement, because a transaction that only reads can keep nothing on the server, and
 * memory must not grow with their number. A row is told by its table and place (`tableoid`, `ctid`), which stay the
 * same as long as the snapshot does.
 */
export class ContextQuery {
  /** Tables outside the set that a chain of foreign keys leads to, in the order of schema and name. */
  readonly candidates: readonly CatalogRelation[];
  readonly #seeds: readonly Edge[];
  readonly #steps: readonly Edge[];

  constructor(
    content: readonly CatalogRelation[],
    all: readonly CatalogRelation[],
    foreignKeys: readonly ForeignKey[],
  ) {
    const byOid = new Map(all.map(relation => [relation.oid, relation]));
    const isContent = new Set(content.map(relation => relation.oid));
    const edges: Edge[] = [];
    for (const key of foreignKeys) {
      const from = byOid.get(key.relation);
      const to = byOid.get(key.referenced);
      if (from && to && !isContent.has(to.oid)) edges.push({ from, to, key });
    }
    const reached = reachableFrom(content, edges);
    this.candidates = all.filter(relation => reached.has(relation) && !isContent.has(relation.oid));
    this.#seeds = edges.filter(edge => isContent.has(edge.from.oid));
    this.#steps = edges.filter(edge => !isContent.has(edge.from.oid) && reached.has(edge.from));
  }

  /** A query of `relation` (the candidate's oid) and `rows`, for each candidate that has such rows. */
  countSql(): string {
    return `${this.#withClause(new Set(this.candidates))} SELECT relation, count(*)::float8 AS rows FROM context GROUP BY relation`;
  }

  /** The statement that reads a candidate's rows that are referred to. */
  copySql(candidate: CatalogRelation): string {
    return copyWhere(
      candidate,
      this.#withClause(this.#ancestors(candidate)),
      `(r.tableoid, r.ctid) IN (SELECT owner, place FROM context WHERE relation = ${candidate.oid})`,
    );
  }

  /** The candidate and those that a chain of foreign keys leads from to it: no others decide about its rows. */
  #ancestors(candidate: CatalogRelation): ReadonlySet<CatalogRelation> {
    const reversed = this.#steps.map(({ from, to, key }) => ({ from: to, to: from, key }));
    return new Set([candidate, ...reachableFrom([candidate], reversed)]);
  }

  #withClause(relations: ReadonlySet<CatalogRelation>): string {
    const seeds = this.#seeds.filter(edge => relations.has(edge.to)).map(seedSql);
    const steps = this.#steps.filter(edge => relations.has(edge.from) && relations.has(edge.to)).map(stepSql);
    const first = seeds.join('\n    UNION\n    ');
    if (steps.length === 0) return `WITH context (relation, owner, place) AS (\n    ${first}\n  )`;
    return `WITH RECURSIVE context (relation, owner, place) AS (
    (${first})
    UNION
    SELECT next.relation, next.owner, next.place FROM context CROSS JOIN LATERAL (
      ${steps.join('\n      UNION ALL\n      ')}
    ) AS next (relation, owner, place)
  )`;
  }
}

/** Rows that rows of the set refer to. */
function seedSql({ from, to, key }: Edge): string {
  return `SELECT ${to.oid}::oid, r.tableoid, r.ctid FROM ${fromItem(rowsOf(to))} AS r WHERE EXISTS (SELECT FROM ${fromItem(rowsOf(from))} AS s WHERE ${matches(key, 'r', 's')})`;
}

/** Rows that a row already found refers to. */
function stepSql({ from, to, key }: Edge): string {
  return `SELECT ${to.oid}::oid, r.tableoid, r.ctid FROM ${fromItem(rowsOf(from))} AS s JOIN ${fromItem(rowsOf(to))} AS r ON ${matches(key, 'r', 's')} WHERE context.relation = ${from.oid} AND s.tableoid = context.owner AND s.ctid = context.place`;
}

/** A null in any column matches nothing, which is what it means in a key, `MATCH FULL` or not. */
function matches(key: ForeignKey, referenced: string, referring: string): string {
  return key.columns
    .map((column, index) => {
      const target = `${referenced}.${quoteIdentifier(key.referencedColumns[index] ?? '')}`;
      const source = `${referring}.${quoteIdentifier(column)}`;
      return `${target} ${key.operators[index] ?? '='} ${source}${key.collations[index] ?? ''}`;
    })
    .join(' AND ');
}

function reachableFrom(
  starts: readonly CatalogRelation[],
  edges: readonly Edge[],
): ReadonlySet<CatalogRelation> {
  const reached = new Set<CatalogRelation>();
  const open = [...starts];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for (const edge of edges) {
      if (edge.from !== current || reached.has(edge.to)) continue;
      reached.add(edge.to);
      open.push(edge.to);
    }
  }
  return reached;
}
