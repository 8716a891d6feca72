/**
 * The schema that holds Satchel's own catalog. It is never read, written or listed, not even as context.
 */
export const CATALOG_SCHEMA = 'satchel';

/**
 * A condition that holds for objects that users made: not PostgreSQL's, not Satchel's, not temporary, and not an
 * extension's, which come back with `CREATE EXTENSION`.
 *
 * @param c alias of `pg_class`
 * @param n alias of `pg_namespace`
 */
export function isUserObject(c: string, n: string): string {
  return `${c}.relpersistence <> 't'
    AND ${n}.nspname <> '${CATALOG_SCHEMA}'
    AND ${n}.nspname <> 'information_schema'
    AND ${n}.nspname NOT LIKE 'pg\\_%'
    AND NOT EXISTS (
      SELECT FROM pg_depend AS extension
      WHERE extension.classid = 'pg_class'::regclass AND extension.objid = ${c}.oid AND extension.deptype = 'e')`;
}
