import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import {
  createTestDatabase,
  query,
  sameContent,
  testServers,
  type TestDatabase,
  type TestServer,
} from '@satchel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject, Sandbox, type Json } from './sandbox.js';

/** Debian's pg_dump fits the servers up to its own major. */
const PG_DUMP_MAJOR = Number(
  /\(PostgreSQL\) (\d+)/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[1],
);

let sandbox: Sandbox;
let databases: TestDatabase[];

beforeEach(() => {
  databases = [];
});
afterEach(async () => {
  await sandbox.remove();
  for (const database of databases) await database.drop();
});

async function makeDatabase(server: TestServer, template?: 'school'): Promise<TestDatabase> {
  const database = await createTestDatabase(server, template === undefined ? {} : { template });
  databases.push(database);
  return database;
}

async function run(args: readonly string[], database: TestDatabase, env: Record<string, string> = {}) {
  return answer(await sandbox.json(args, { env: { DATABASE_URL: database.url, ...env } }));
}

function answer({ code, document }: Awaited<ReturnType<Sandbox['json']>>) {
  return { code, document, data: asObject(document['data'] ?? {}) };
}

async function create(database: TestDatabase, env?: Record<string, string>): Promise<Json> {
  const { code, document, data } = await run(['create', '--type=full'], database, env);
  expect(document).toMatchObject({ status: 'success' });
  expect(code).toBe(0);
  return data;
}

/** A database's definition, without what differs from run to run. */
function definitionOf(database: TestDatabase): string {
  const args = ['--schema-only', '--no-owner', '--no-privileges', '--exclude-schema=satchel', database.url];
  return execFileSync('pg_dump', args, { encoding: 'utf8' }).replace(/^\\(un)?restrict .*$/gm, '');
}

const fitting = testServers().filter(({ major }) => major <= PG_DUMP_MAJOR);
const tooNew = testServers().filter(({ major }) => major > PG_DUMP_MAJOR);

describe.each(fitting)('on PostgreSQL $major, which pg_dump here fits', server => {
  let school: TestDatabase;

  beforeEach(async () => {
    school = await makeDatabase(server, 'school');
    sandbox = await Sandbox.make(school.url);
    // What a definition has beside tables, and what would run by itself where it is in the way.
    await query(
      school.url,
      `CREATE TYPE mood AS ENUM ('good', 'very ''good''');
       CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
       CREATE TABLE "Odd ""name" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, feels mood, parent int REFERENCES "Odd ""name");
       INSERT INTO "Odd ""name" (feels, parent) VALUES ('good', NULL), ('very ''good''', 1);
       CREATE TRIGGER shout BEFORE INSERT ON "Odd ""name" FOR EACH ROW EXECUTE FUNCTION shout();
       CREATE VIEW happy AS SELECT id FROM "Odd ""name";
       CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM "Odd ""name"`,
    );
  });

  it('builds an empty database that is the same, rows, keys and all', async () => {
    const created = await create(school);
    expect(created['definition']).toMatchObject({ included: true });
    const file = String(created['file']);
    const manifest = await readFile(sandbox.path(`backups/${file}.manifest.json`), 'utf8');
    expect(manifest).toContain('"included": true');
    expect(manifest).not.toContain('CREATE TABLE');

    const empty = await makeDatabase(server);
    const restore = ['restore', `--file=${file}`, '--create-schema'];
    const env = { DATABASE_URL: empty.url };
    const restored = answer(await sandbox.jsonOfProgram(restore, { env }));
    expect(restored.document).toMatchObject({ status: 'success' });
    expect(await sameContent(empty.url, school.url)).toEqual([]);
    expect(definitionOf(empty)).toBe(definitionOf(school));
    const [view] = await query<{ count: string }>(empty.url, 'SELECT count FROM counted');
    expect(view?.count).toBe('2');
    await query(empty.url, `ALTER TABLE "Odd ""name" DISABLE TRIGGER shout`);
    const next = await query(empty.url, `INSERT INTO "Odd ""name" (feels) VALUES ('good') RETURNING id`);
    expect(next).toEqual([{ id: 3 }]);

    // Now there is something in it.
    const again = await run(restore, empty);
    expect([again.code, again.document['error_type']]).toEqual([11, 'conflict']);
  });

  it('leaves an empty database empty where a key cannot be built over the rows', async () => {
    const small = await makeDatabase(server);
    // As no database should be, and some are: a row that its key would refuse.
    await query(
      small.url,
      `CREATE TABLE pupil (id int PRIMARY KEY, sibling int REFERENCES pupil);
       SET session_replication_role = replica;
       INSERT INTO pupil VALUES (1, 99)`,
    );
    const created = await create(small);
    const empty = await makeDatabase(server);
    const refused = await run(['restore', `--file=${String(created['file'])}`, '--create-schema'], empty);
    expect([refused.code, refused.document['error_type']]).toEqual([17, 'restore_failed']);
    expect(String(refused.document['message'])).toMatch(/pupil_sibling_fkey.*Nothing was changed/s);
    expect(definitionOf(empty)).not.toContain('CREATE TABLE');
  });

  it('runs no SQL of a file that is not ours, unless somebody vouches for it', async () => {
    const small = await makeDatabase(server);
    await query(small.url, `CREATE TABLE pupil (id int PRIMARY KEY); INSERT INTO pupil VALUES (1)`);
    const created = await create(small);
    const text = execFileSync('zstd', ['-dc', String(created['path'])], { encoding: 'utf8' });
    // Another installation signs what this one has written.
    const foreign = { SATCHEL_HOME: sandbox.path('another-home') };
    const empty = await makeDatabase(server);
    const file = ['restore', `--file=${String(created['path'])}`, '--create-schema'];
    const refused = await run(file, empty, foreign);
    expect([refused.code, refused.document['error_type']]).toEqual([14, 'permission_error']);
    expect(definitionOf(empty)).not.toContain('CREATE TABLE');

    // Ours, but with a line of SQL more: the signature covers the definition.
    const altered = sandbox.path('altered.json');
    await writeFile(
      altered,
      text.replace('"schema":{"preData":"', '"schema":{"preData":"CREATE TABLE evil ();'),
    );
    const changed = await run(['restore', `--file=${altered}`, '--create-schema'], empty);
    expect(changed.code, JSON.stringify(changed.document)).toBe(13);
    expect(definitionOf(empty)).not.toContain('evil');

    const trusted = await run([...file, '--trust-schema'], empty, foreign);
    expect(trusted.document).toMatchObject({ status: 'success' });
    expect(await sameContent(empty.url, small.url)).toEqual([]);
  });

  it('asks for what fits', async () => {
    const created = await create(school);
    const rows = await run(['create', '--type=students'], school);
    expect(rows.data['definition']).toBe(null);
    const empty = await makeDatabase(server);
    const file = `--file=${String(created['file'])}`;
    for (const [args, code] of [
      [['restore', file, '--create-schema', '--dry-run'], 2],
      [['restore', file, '--create-schema', '--mode=merge'], 2],
      [['restore', `--file=${String(rows.data['file'])}`, '--create-schema'], 15],
    ] as const) {
      expect((await run(args, empty)).code).toBe(code);
    }
    const without = await create(school, { PG_DUMP: sandbox.path('no-such-program') });
    expect(without['definition']).toMatchObject({ included: false });
    const status = async (env?: Record<string, string>) =>
      (await run(['status'], school, env)).data['database'];
    expect(await status()).toMatchObject({ definition: { included: true } });
    expect(await status({ PG_DUMP: sandbox.path('no-such-program') })).toMatchObject({
      definition: { included: false, note: expect.stringContaining('There is no pg_dump') as unknown },
    });
  });
});

describe.each(tooNew)('on PostgreSQL $major, which pg_dump here is too old for', server => {
  it('backs up rows only, and says so', async () => {
    const school = await makeDatabase(server, 'school');
    sandbox = await Sandbox.make(school.url);
    const created = await create(school);
    expect(created['definition']).toMatchObject({ included: false });
    expect(JSON.stringify(created['definition'])).toMatch(/at least \d+ is needed/);
    const status = await sandbox.run(['status']);
    expect(status.stdout).toMatch(
      /definition +rows only: pg_dump here has version .* at least \d+ is needed/,
    );
  });
});
