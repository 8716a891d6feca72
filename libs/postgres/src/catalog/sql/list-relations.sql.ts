import { PARTITION_TREE } from './partition-tree.js';
import { isUserObject } from './user-object.js';

/**
 * Every user table, in the order of schema and name.
 *
 * Sizes are measured, not taken from statistics that may never have been gathered. Measuring waits for whoever holds
 * a table's strongest lock (`VACUUM FULL`, `ALTER TABLE`), so such a table's last known size has to do.
 */
export const LIST_RELATIONS = `
WITH RECURSIVE ${PARTITION_TREE},
locked AS MATERIALIZED (
  SELECT relation FROM pg_locks
  WHERE mode = 'AccessExclusiveLock' AND locktype = 'relation' AND relation IS NOT NULL
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid IS DISTINCT FROM pg_backend_pid()
),
measured AS (
  SELECT tree.root, leaf.reltuples, leaf.relpages,
    CASE WHEN locked.relation IS NULL THEN pg_relation_size(leaf.oid)
      ELSE leaf.relpages * current_setting('block_size')::bigint END AS heap_bytes,
    CASE WHEN locked.relation IS NULL THEN pg_table_size(leaf.oid)
      ELSE leaf.relpages * current_setting('block_size')::bigint END AS table_bytes
  FROM tree
  JOIN pg_class AS leaf ON leaf.oid = tree.leaf AND leaf.relkind = 'r'
  LEFT JOIN locked ON locked.relation = leaf.oid
),
sized AS (
  SELECT root,
    sum(table_bytes) AS table_bytes,
    -- Rows per page as last analyzed, times the pages of today; eighty a page where nobody has counted.
    sum(heap_bytes / current_setting('block_size')::float8
      * CASE WHEN relpages > 0 AND reltuples >= 0 THEN reltuples::float8 / relpages ELSE 80 END) AS rows
  FROM measured
  GROUP BY root
)
SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
  c.relpersistence::text AS persistence,
  c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid) AS "hasChildren",
  coalesce(sized.rows, 0)::float8 AS "estimatedRows",
  coalesce(sized.table_bytes, 0)::float8 AS "sizeBytes"
FROM (SELECT DISTINCT root FROM tree) AS roots
JOIN pg_class AS c ON c.oid = roots.root
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN sized ON sized.root = c.oid
WHERE ${isUserObject('c', 'n')}
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;
