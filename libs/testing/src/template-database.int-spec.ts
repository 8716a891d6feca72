import { pipeline } from 'node:stream/promises';
import { generateSchool } from '@satchel/demo-school';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, execute, query, type TestDatabase } from './create-test-database.js';
import { sameContent } from './same-content.js';
import { TEMPLATE_STUDENTS } from './template-database.js';
import { testServers } from './test-servers.js';

describe.each(testServers())('the school template on PostgreSQL $major', server => {
  let school: TestDatabase;

  beforeAll(async () => {
    school = await createTestDatabase(server, { template: 'school' });
  });

  afterAll(async () => {
    await school.drop();
  });

  it('can be asked for many times at once', async () => {
    const copies = await Promise.all([1, 2, 3].map(() => createTestDatabase(server, { template: 'school' })));
    for (const copy of copies) {
      expect(await sameContent(school.url, copy.url)).toEqual([]);
      await copy.drop();
    }
  });

  it('holds in every table exactly the rows that were generated', async () => {
    const client = new pg.Client({ connectionString: school.url });
    await client.connect();
    try {
      for (const table of generateSchool({ students: TEMPLATE_STUDENTS })) {
        const name = pg.escapeIdentifier(table.name);
        const columns = table.columns.map(column => pg.escapeIdentifier(column)).join(', ');
        await client.query(`CREATE TEMP TABLE generated AS SELECT * FROM ${name} WITH NO DATA`);
        await pipeline(table.lines(), client.query(copyFrom(`COPY generated (${columns}) FROM STDIN`)));
        const { rows } = await client.query(
          `(SELECT * FROM generated EXCEPT ALL SELECT * FROM ${name})
           UNION ALL (SELECT * FROM ${name} EXCEPT ALL SELECT * FROM generated)`,
        );
        expect(rows, table.name).toEqual([]);
        await client.query('DROP TABLE generated');
      }
    } finally {
      await client.end();
    }
  });

  it('leaves every sequence past the largest key', async () => {
    const rows = await query(
      school.url,
      `SELECT c.relname FROM pg_class c
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'typeorm_migrations'
         AND pg_sequence_last_value(pg_get_serial_sequence(format('%I', c.relname), 'id')::regclass)
             IS DISTINCT FROM (xpath('//m/text()', query_to_xml(format('SELECT max(id) AS m FROM %I', c.relname), true, true, '')))[1]::text::bigint`,
    );
    expect(rows).toEqual([]);
  });

  it('ends with every constraint valid and every foreign key deferred', async () => {
    const rows = await query(
      school.url,
      `SELECT conname FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace
         AND (NOT convalidated OR contype = 'f' AND NOT (condeferrable AND condeferred AND confdeltype = 'a'))`,
    );
    expect(rows).toEqual([]);
    await expect(execute(school.url, 'DELETE FROM teachers_teacher')).rejects.toThrow('foreign key');
  });
});
