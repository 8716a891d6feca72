import type pg from 'pg';
import type { Reference } from '@satchel/domain';
import type { CatalogColumn, CatalogRelation } from './catalog-relation.js';
import { readForeignKeys, type ForeignKey } from './read-foreign-keys.js';
import { LIST_COLUMNS } from './sql/list-columns.sql.js';
import { LIST_KEYS } from './sql/list-keys.sql.js';
import { LIST_RELATIONS } from './sql/list-relations.sql.js';

interface RelationRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'r' | 'p';
  readonly persistence: 'p' | 'u';
  readonly hasChildren: boolean;
  readonly estimatedRows: number;
  readonly sizeBytes: number;
}

interface KeyRow {
  readonly relation: number;
  readonly columns: readonly string[];
}

/**
 * Reads every user table of the database, whether or not the role may read its rows, in the order of schema and name.
 *
 * What PostgreSQL's catalog says is read by four statements: run it in a `REPEATABLE READ` transaction, or under locks,
 * where tables may change meanwhile. The connection's `search_path` must be empty, as `connect` leaves it, for
 * types to be named in full.
 */
export async function readRelations(client: pg.ClientBase): Promise<CatalogRelation[]> {
  const { rows: relations } = await client.query<RelationRow>(LIST_RELATIONS);
  const oids = relations.map(relation => relation.oid);
  const columns = await client.query<CatalogColumn & { relation: number }>(LIST_COLUMNS, [oids]);
  const keys = await client.query<KeyRow>(LIST_KEYS, [oids]);
  const foreignKeys = await readForeignKeys(client, oids);

  const columnsOf = groupByRelation(columns.rows);
  const keyOf = new Map(keys.rows.map(key => [key.relation, key.columns]));
  const foreignKeysOf = groupByRelation(foreignKeys);
  return relations.map(relation => ({
    oid: relation.oid,
    schema: relation.schema,
    name: relation.name,
    kind: relation.kind === 'p' ? 'partitioned' : 'table',
    columns: (columnsOf.get(relation.oid) ?? []).map(toColumn),
    key: keyOf.get(relation.oid) ?? null,
    references: distinctReferences(foreignKeysOf.get(relation.oid) ?? []),
    hasChildren: relation.hasChildren,
    persistence: relation.persistence === 'u' ? 'unlogged' : 'permanent',
    estimatedRows: Math.round(relation.estimatedRows),
    sizeBytes: relation.sizeBytes,
  }));
}

function groupByRelation<T extends { readonly relation: number }>(rows: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.relation);
    if (group) group.push(row);
    else groups.set(row.relation, [row]);
  }
  return groups;
}

function toColumn(row: CatalogColumn & { relation: number }): CatalogColumn {
  const { relation: _, ...column } = row;
  return column;
}

/** Partitions may each declare the same key on their own; as part of their root it is one. */
function distinctReferences(foreignKeys: readonly ForeignKey[]): Reference[] {
  const distinct = new Map<string, Reference>();
  for (const key of foreignKeys) {
    const reference: Reference = {
      columns: key.columns,
      schema: key.referencedSchema,
      name: key.referencedName,
      referencedColumns: key.referencedColumns,
    };
    distinct.set(JSON.stringify(reference), distinct.get(JSON.stringify(reference)) ?? reference);
  }
  return [...distinct.values()];
}
