import { readFile, writeFile } from 'node:fs/promises';
import { createTestDatabase, query, testServers } from '@satchel/testing';
import { describe, expect, it } from 'vitest';
import { catalogDataSource } from './data-source.js';
import { openCatalog } from './typeorm-catalog.js';

const SCHEMA_SQL = new URL('./schema.sql', import.meta.url);

describe.each(testServers())('The catalog on PostgreSQL $major', server => {
  it('has the tables of schema.sql, which are those of the entities, and installs nothing', async () => {
    const database = await createTestDatabase(server);
    try {
      const url = await database.giveToPlainRole();
      await (await openCatalog(url)).close();
      const schema = await describeSchema(url);
      if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(SCHEMA_SQL, schema);
      expect(schema).toBe(await readFile(SCHEMA_SQL, 'utf8'));
      expect(await missingChanges(url)).toEqual([]);
      expect(await query(url, `SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'`)).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});

/** What TypeORM would have to change for the tables to be those of the entities. */
async function missingChanges(url: string): Promise<string[]> {
  const dataSource = await catalogDataSource(url).initialize();
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(change => change.query);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Writes down the tables of schema `satchel`, with triggers and functions, as SQL: the same text for the same tables, on
 * every major of PostgreSQL.
 */
async function describeSchema(url: string): Promise<string> {
  const rows = await query<{ definition: string }>(
    url,
    `
    WITH tables AS (
      SELECT oid, relname, reloptions FROM pg_catalog.pg_class
      WHERE relnamespace = '"satchel"'::regnamespace AND relkind = 'r'
    ), parts AS (
      SELECT tables.oid, 1 AS step, a.attnum::text AS place,
        format('%I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
          CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END,
          CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
          coalesce(CASE WHEN a.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
            ELSE ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END, '')) AS part
      FROM tables JOIN pg_catalog.pg_attribute a ON a.attrelid = tables.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      UNION ALL
      SELECT tables.oid, 2, c.conname, format('CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid))
      FROM tables JOIN pg_catalog.pg_constraint c ON c.conrelid = tables.oid AND c.contype IN ('p', 'u', 'c', 'f', 'x')
    ), statements AS (
      SELECT tables.relname, 1 AS step, tables.relname AS place,
        format(E'CREATE TABLE satchel.%I (\\n  %s\\n)%s;', tables.relname,
          string_agg(part, E',\\n  ' ORDER BY step, lpad(place, 80)),
          ' WITH (' || array_to_string(tables.reloptions, ', ') || ')') AS definition
      FROM tables JOIN parts USING (oid) GROUP BY tables.relname, tables.reloptions
      UNION ALL
      SELECT tables.relname, 2, index.relname, pg_get_indexdef(index.oid) || ';'
      FROM tables JOIN pg_catalog.pg_index i ON i.indrelid = tables.oid
        JOIN pg_catalog.pg_class index ON index.oid = i.indexrelid
      WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conindid = index.oid)
      UNION ALL
      SELECT tables.relname, 3, t.tgname, pg_get_triggerdef(t.oid) || ';'
        || CASE t.tgenabled WHEN 'A' THEN ' -- always' WHEN 'O' THEN '' ELSE ' -- off' END
      FROM tables JOIN pg_catalog.pg_trigger t ON t.tgrelid = tables.oid AND NOT t.tgisinternal
      UNION ALL
      SELECT p.proname, 4, p.proname, btrim(pg_get_functiondef(p.oid), E'\\n') || ';'
      FROM pg_catalog.pg_proc p WHERE p.pronamespace = '"satchel"'::regnamespace
    )
    SELECT definition FROM statements ORDER BY relname COLLATE "C", step, place COLLATE "C"`,
  );
  return `${rows.map(({ definition }) => definition).join('\n\n')}\n`;
}
