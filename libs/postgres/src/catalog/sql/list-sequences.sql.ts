import { PARTITION_TREE } from './partition-tree.js';
import { isUserObject } from './user-object.js';

/**
 * Every user sequence, with the tables whose columns own it or take their default from it. A sequence of an identity
 * column belongs to it (`i`), one of a serial column is owned (`a`); a default that only names one depends on it (`n`).
 */
export const LIST_SEQUENCES = `
WITH RECURSIVE ${PARTITION_TREE},
uses AS (
  SELECT objid AS sequence, refobjid AS used_by FROM pg_depend
  WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
UNION
  SELECT d.refobjid, def.adrelid FROM pg_depend AS d
  JOIN pg_attrdef AS def ON def.oid = d.objid
  WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
)
SELECT n.nspname::text AS schema, c.relname::text AS name, c.relpersistence = 'u' AS "isUnlogged",
  has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS "isReadable",
  quote_ident(current_user) AS role,
  coalesce(array_agg(DISTINCT coalesce(tree.root, uses.used_by)) FILTER (WHERE uses.used_by IS NOT NULL), '{}')::oid[]
    AS "usedBy"
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN uses ON uses.sequence = c.oid
LEFT JOIN tree ON tree.leaf = uses.used_by
WHERE c.relkind = 'S' AND ${isUserObject('c', 'n')}
GROUP BY n.oid, n.nspname, c.oid, c.relname, c.relpersistence
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;
