import { createHash } from 'node:crypto';
import type { Relation } from '@satchel/domain';
import { DIGEST_PREFIX } from './archive-format.js';

/**
 * Digests the shape of tables: `sha256:` over a JSON array of `[schema, name, [[column, type], …]]`, sorted as
 * texts. Two equal digests mean the same tables with the same columns in the same order.
 */
export function schemaDigest(relations: readonly Pick<Relation, 'schema' | 'name' | 'columns'>[]): string {
  const shape = relations
    .map(({ schema, name, columns }) =>
      JSON.stringify([schema, name, columns.map(column => [column.name, column.type])]),
    )
    .sort();
  return (
    DIGEST_PREFIX +
    createHash('sha256')
      .update(`[${shape.join(',')}]`)
      .digest('hex')
  );
}
