import { createHash } from 'node:crypto';
import type { Relation } from './relation.js';

/**
 * Digests the shape of tables: `sha256:` over a JSON array of `[schema, name, [[column, type], …]]`, sorted by its
 * elements' text. Two equal digests mean the same tables with the same columns in the same order.
 */
export function schemaDigest(relations: readonly Pick<Relation, 'schema' | 'name' | 'columns'>[]): string {
  const shapes = relations
    .map(({ schema, name, columns }) =>
      JSON.stringify([schema, name, columns.map(column => [column.name, column.type])]),
    )
    .sort();
  const hash = createHash('sha256').update(`[${shapes.join(',')}]`);
  return `sha256:${hash.digest('hex')}`;
}
