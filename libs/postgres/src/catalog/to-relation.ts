import type { Column, Relation, RelationRole } from '@satchel/domain';
import type { CatalogColumn, CatalogRelation } from './catalog-relation.js';

/** Describes a table as an archive does: generated columns are left out, as their values are. */
export function toRelation(relation: CatalogRelation, role: RelationRole): Relation {
  const columns = storedColumns(relation).map(toColumn);
  const stored = new Set(columns.map(column => column.name));
  return {
    schema: relation.schema,
    name: relation.name,
    role,
    columns,
    key: relation.key?.every(name => stored.has(name)) ? relation.key : null,
    references: relation.references,
  };
}

/** The columns whose values a row of an archive holds, in the table's order. */
export function storedColumns(relation: CatalogRelation): readonly CatalogColumn[] {
  return relation.columns.filter(column => !column.generated);
}

function toColumn(column: CatalogColumn): Column {
  return {
    name: column.name,
    type: column.type,
    ...(column.notNull ? { notNull: true } : {}),
    ...(column.identity ? { identity: column.identity } : {}),
  };
}
