/** Which of the tables $1 (`oid[]`) the role may not read, or would see only some rows of. */
export const LIST_UNREADABLE = `
SELECT n.nspname::text AS schema, c.relname::text AS name,
  has_schema_privilege(n.oid, 'USAGE') AS "hasUsage",
  has_table_privilege(c.oid, 'SELECT') AS "hasSelect",
  row_security_active(c.oid) AS "hidesRows",
  quote_ident(current_user) AS role
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = ANY ($1::oid[])
  AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT') OR row_security_active(c.oid))
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;
