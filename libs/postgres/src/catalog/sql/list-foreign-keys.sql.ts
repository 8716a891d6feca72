import { PARTITION_TREE } from './partition-tree.js';

/**
 * The foreign keys that start at the tables $1 (`oid[]`) or their partitions, in the order of their names. Either end
 * that is a partition stands for its root; copies of a root's key on its partitions are left out. The operators compare
 * referenced with referring value (`conpfeqop`: for a temporal key's period that is "overlaps"), by
 * the referenced column's collation where the two differ.
 */
export const LIST_FOREIGN_KEYS = `
WITH RECURSIVE ${PARTITION_TREE}
SELECT con.conname::text AS name, source.root AS relation, target.root AS referenced,
  tn.nspname::text AS "referencedSchema", tc.relname::text AS "referencedName",
  key.columns, key.referenced_columns AS "referencedColumns", key.operators, key.collations
FROM pg_constraint AS con
JOIN tree AS source ON source.leaf = con.conrelid
JOIN tree AS target ON target.leaf = con.confrelid
JOIN pg_class AS tc ON tc.oid = target.root
JOIN pg_namespace AS tn ON tn.oid = tc.relnamespace
CROSS JOIN LATERAL (
  SELECT array_agg(a.attname::text ORDER BY k.position) AS columns,
    array_agg(f.attname::text ORDER BY k.position) AS referenced_columns,
    array_agg(format('OPERATOR(%I.%s)', opn.nspname, op.oprname) ORDER BY k.position) AS operators,
    array_agg(CASE WHEN a.attcollation <> f.attcollation THEN format(' COLLATE %I.%I', con_n.nspname, co.collname) ELSE '' END
      ORDER BY k.position) AS collations
  FROM unnest(con.conkey, con.confkey, con.conpfeqop) WITH ORDINALITY AS k (attnum, fattnum, operator, position)
  JOIN pg_attribute AS a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
  JOIN pg_attribute AS f ON f.attrelid = con.confrelid AND f.attnum = k.fattnum
  JOIN pg_operator AS op ON op.oid = k.operator
  JOIN pg_namespace AS opn ON opn.oid = op.oprnamespace
  LEFT JOIN pg_collation AS co ON co.oid = f.attcollation
  LEFT JOIN pg_namespace AS con_n ON con_n.oid = co.collnamespace
) AS key
WHERE con.contype = 'f' AND con.conparentid = 0 AND source.root = ANY ($1::oid[])
ORDER BY source.root, con.conname COLLATE "C", con.oid`;
