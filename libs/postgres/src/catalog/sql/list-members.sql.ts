import { PARTITION_TREE } from './partition-tree.js';

/**
 * The tables that hold the rows of the tables $1 (`oid[]`): each ordinary table itself, each partition tree's leaves,
 * with what decides how they can be read. Leaves stand in the order of their names.
 */
export const LIST_MEMBERS = `
WITH RECURSIVE ${PARTITION_TREE}
SELECT tree.root AS relation, leaf.oid, n.nspname::text AS schema, leaf.relname::text AS name,
  leaf.relkind = 'f' AS "isForeign",
  leaf.relpersistence = 'u' AS "isUnlogged",
  coalesce(am.amname = 'heap', false) AS "isHeap",
  has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(leaf.oid, 'SELECT')
    AND NOT row_security_active(leaf.oid) AS "isReadable",
  CASE WHEN leaf.relkind = 'r' THEN pg_relation_size(leaf.oid) ELSE 0 END::float8 AS "heapBytes",
  greatest(leaf.reltuples, -1)::float8 AS "analyzedRows", leaf.relpages AS "analyzedPages"
FROM tree
JOIN pg_class AS leaf ON leaf.oid = tree.leaf AND leaf.relkind <> 'p'
JOIN pg_namespace AS n ON n.oid = leaf.relnamespace
LEFT JOIN pg_am AS am ON am.oid = leaf.relam
WHERE tree.root = ANY ($1::oid[])
ORDER BY tree.root, n.nspname COLLATE "C", leaf.relname COLLATE "C"`;
