/**
 * What every session of ours sets first, so that values have one text form whatever server, database or role say
 * (see `docs/archive-format.md`), no time-out ends a long job, and no name is looked up in a schema that someone else
 * can write to. Nor are statements compiled: it takes a tenth of a second for a question to the catalog that is answered in a
 * hundredth, and gains nothing where rows are read or written. A setting that the server does not know yet is left out.
 */
const PINNED: readonly (readonly [name: string, value: string])[] = [
  ['client_encoding', 'UTF8'],
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['TimeZone', 'UTC'],
  ['extra_float_digits', '3'],
  ['bytea_output', 'hex'],
  ['lc_monetary', 'C'],
  ['xmloption', 'content'],
  ['array_nulls', 'on'],
  ['standard_conforming_strings', 'on'],
  ['search_path', ''],
  ['row_security', 'off'],
  ['jit', 'off'],
  ['statement_timeout', '0'],
  ['lock_timeout', '0'],
  ['idle_in_transaction_session_timeout', '0'],
  ['idle_session_timeout', '0'],
  ['transaction_timeout', '0'],
];

/**
 * SQL for one round trip: first what the server was before (version, read-only, standby), then the pinning.
 */
export function openSessionSql(readOnly: boolean): string {
  const rows = [...PINNED, ['default_transaction_read_only', readOnly ? 'on' : 'off'] as const]
    .map(([name, value]) => `('${name}', '${value}')`)
    .join(', ');
  return `
    SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 AS version_number,
           pg_catalog.current_setting('server_version') AS version,
           pg_catalog.current_setting('default_transaction_read_only') = 'on' AS read_only,
           pg_catalog.pg_is_in_recovery() AS standby;
    SELECT pg_catalog.set_config(name, value, false)
      FROM (VALUES ${rows}) AS pinned (name, value)
     WHERE pg_catalog.current_setting(name, true) IS NOT NULL`;
}
