/**
 * The key of each of the tables $1 (`oid[]`) that has one: its primary key, else the first by name of its unique
 * indexes whose columns tell all rows apart at all times.
 */
export const LIST_KEYS = `
SELECT DISTINCT ON (i.indrelid) i.indrelid AS relation, key.columns
FROM pg_index AS i
JOIN pg_class AS index ON index.oid = i.indexrelid
CROSS JOIN LATERAL (
  SELECT array_agg(a.attname::text ORDER BY k.position) AS columns,
    bool_and(a.attnotnull AND NOT EXISTS (
      SELECT FROM pg_constraint AS unproven
      WHERE unproven.conrelid = a.attrelid AND unproven.contype = 'n' AND NOT unproven.convalidated
        AND unproven.conkey = ARRAY[a.attnum])) AS not_null
  FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE k.position <= i.indnkeyatts
) AS key
WHERE i.indrelid = ANY ($1::oid[]) AND i.indisunique AND i.indisvalid
  AND (i.indisprimary
    OR (i.indimmediate AND NOT i.indisexclusion AND i.indpred IS NULL AND i.indexprs IS NULL AND key.not_null))
ORDER BY i.indrelid, i.indisprimary DESC, index.relname COLLATE "C"`;
