/**
 * The columns of the tables $1 (`oid[]`), in the tables' own order.
 *
 * A domain's default and its refusal of nulls act on the column, so they count as the column's. A not-null
 * constraint that has not been validated (possible from 18) says nothing about the rows that are there.
 */
export const LIST_COLUMNS = `
WITH RECURSIVE domains AS (
    SELECT t.oid, t.oid AS base, t.typtype, t.typbasetype, t.typnotnull AS not_null,
      t.typdefaultbin IS NOT NULL AS has_default
    FROM pg_type AS t
    WHERE t.oid IN (SELECT atttypid FROM pg_attribute WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped)
  UNION ALL
    SELECT domains.oid, t.oid, t.typtype, t.typbasetype, domains.not_null OR t.typnotnull,
      domains.has_default OR t.typdefaultbin IS NOT NULL
    FROM domains
    JOIN pg_type AS t ON t.oid = domains.typbasetype
    WHERE domains.typtype = 'd'
)
SELECT a.attrelid AS relation, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type,
  a.atttypid AS "typeOid", type.base AS "baseTypeOid", type.typtype::text AS "baseTypeKind",
  type.not_null OR (a.attnotnull AND NOT EXISTS (
    SELECT FROM pg_constraint AS unproven
    WHERE unproven.conrelid = a.attrelid AND unproven.contype = 'n' AND NOT unproven.convalidated
      AND unproven.conkey = ARRAY[a.attnum])) AS "notNull",
  a.attgenerated = '' AND (a.atthasdef OR type.has_default) AS "hasDefault",
  a.attgenerated <> '' AS generated,
  CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'default' END AS identity,
  CASE WHEN a.attcollation <> own.typcollation THEN format('%I.%I', cn.nspname, co.collname) END AS collation
FROM pg_attribute AS a
JOIN domains AS type ON type.oid = a.atttypid AND type.typtype <> 'd'
JOIN pg_type AS own ON own.oid = a.atttypid
LEFT JOIN pg_collation AS co ON co.oid = a.attcollation
LEFT JOIN pg_namespace AS cn ON cn.oid = co.collnamespace
WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum`;
