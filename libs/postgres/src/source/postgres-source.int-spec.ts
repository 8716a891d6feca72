import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BackupError } from '@satchel/domain';
import {
  createTestDatabase,
  execute,
  locksOf,
  query,
  testServers,
  type TestDatabase,
} from '@satchel/testing';
import { linesOf, readAll, readLines, scopeOf, sliceOf, sourceOf } from './testing/read-session.js';

/** Large enough that a COPY of it is still running when the first batch is read. */
const LARGE_TABLE = `
  CREATE TABLE large (id int PRIMARY KEY, filling text);
  INSERT INTO large SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, 60000) AS i`;

/** A value of a row's line. */
function numberIn(line: string, column: number): number {
  const row: unknown = JSON.parse(line);
  return Array.isArray(row) ? Number(row[column]) : NaN;
}

describe.each(testServers())('PostgresSource on PostgreSQL $major', server => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase(server);
  });
  beforeEach(() => database.clear());
  afterAll(() => database.drop());

  const run = (sql: string): Promise<void> => execute(database.url, sql);
  const waitingFor = (mode: string): Promise<unknown[]> =>
    locksOf(database.url, `NOT granted AND mode = '${mode}'`);

  async function failure(act: () => Promise<unknown>): Promise<BackupError> {
    const error = await act().then(
      () => new Error('it did not fail'),
      (thrown: unknown) => thrown,
    );
    if (error instanceof BackupError) return error;
    throw error;
  }

  /** A role that may only do what the test grants it. @returns its URL */
  async function plainRole(name: string, grants: string): Promise<string> {
    const role = `${database.name}_${name}`;
    await run(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'; ${grants.replaceAll('$role', role)}`);
    const url = new URL(database.url);
    url.username = role;
    url.password = role;
    return url.href;
  }

  async function dropRole(name: string): Promise<void> {
    const role = `${database.name}_${name}`;
    await run(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }

  describe('what it reads', () => {
    it('names the server, the database and the shape of the tables', async () => {
      await run('CREATE TABLE a (id int)');
      const { session } = await readAll(database.url);
      expect(session.source).toEqual({
        server: expect.stringMatching(new RegExp(`^PostgreSQL ${server.major}\\.\\d+$`)),
        database: database.name,
        encoding: 'UTF8',
        schemaDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      });
      expect(session.snapshotId).toMatch(/^[0-9A-F-]+$/);
    });

    it('reads every user table in the order of schema and name, and none of its own, of extensions or temporary', async () => {
      await run(`
        CREATE SCHEMA satchel; CREATE TABLE satchel.backup (id int); INSERT INTO satchel.backup VALUES (1);
        CREATE SCHEMA "Zweite Schule"; CREATE TABLE "Zweite Schule"."it""s" ("Größe" int, "größe" text);
        INSERT INTO "Zweite Schule"."it""s" VALUES (1, 'x');
        CREATE TABLE b (id int); CREATE TABLE "B" (id int); CREATE VIEW v AS SELECT 1 AS one;
        CREATE UNLOGGED TABLE u (id int); INSERT INTO u VALUES (7);
        CREATE EXTENSION pg_stat_statements`);
      const { lines, session } = await readAll(database.url);
      expect([...lines.entries()]).toEqual([
        ['Zweite Schule.it"s', ['[1,"x"]']],
        ['public.B', []],
        ['public.b', []],
        ['public.u', ['[7]']],
      ]);
      expect(session.omitted).toEqual([]);
    });

    it('leaves out dropped and generated columns, and reads tables that have no other', async () => {
      await run(`
        CREATE TABLE partly (a int, gone text, b int GENERATED ALWAYS AS (a + 1) STORED, c text);
        INSERT INTO partly VALUES (1, 'x', DEFAULT, 'y'); ALTER TABLE partly DROP COLUMN gone;
        CREATE TABLE nothing (); INSERT INTO nothing SELECT FROM generate_series(1, 3);
        CREATE TABLE computed (a int GENERATED ALWAYS AS (1 + 1) STORED); INSERT INTO computed DEFAULT VALUES`);
      const { lines, session } = await readAll(database.url);
      expect(Object.fromEntries(lines)).toEqual({
        'public.computed': ['[]'],
        'public.nothing': ['[]', '[]', '[]'],
        'public.partly': ['[1,"y"]'],
      });
      expect(session.relations.map(relation => relation.columns.map(column => column.name))).toEqual([
        [],
        [],
        ['a', 'c'],
      ]);
    });

    it('takes a partition tree as one table, whatever order its leaves have their columns in', async () => {
      await run(`
        CREATE TABLE root (id int, name text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
        CREATE TABLE low (name text, gone int, id int NOT NULL); ALTER TABLE low DROP COLUMN gone;
        ALTER TABLE root ATTACH PARTITION low FOR VALUES FROM (0) TO (10);
        CREATE TABLE high PARTITION OF root FOR VALUES FROM (10) TO (100) PARTITION BY RANGE (id);
        CREATE TABLE "high est" PARTITION OF high FOR VALUES FROM (10) TO (100);
        INSERT INTO root SELECT i * 10, 'n' || i FROM generate_series(0, 3) AS i;
        CREATE TABLE parent (id int); CREATE TABLE child (more int) INHERITS (parent);
        INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3)`);
      for (const jobs of [1, 2]) {
        const { lines } = await readAll(database.url, scopeOf('*'), jobs);
        expect([...lines].map(([name, rows]) => [name, [...rows].sort()])).toEqual([
          ['public.child', ['[2,3]']],
          ['public.parent', ['[1]']],
          ['public.root', ['[0,"n0"]', '[10,"n1"]', '[20,"n2"]', '[30,"n3"]']],
        ]);
      }
    });

    it('describes keys, identity, references and types in full', async () => {
      await run(
        `
        CREATE TYPE mood AS ENUM ('glad', 'sad');
        CREATE TABLE a (x int, y int, PRIMARY KEY (y, x));
        CREATE TABLE b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x int, y int, m mood[], n varchar(20) NOT NULL,
          FOREIGN KEY (x, y) REFERENCES a (x, y));
        CREATE TABLE c (maybe int UNIQUE, sure int NOT NULL, UNIQUE (sure) DEFERRABLE, CONSTRAINT z UNIQUE (sure))`.replace(
          'FOREIGN KEY (x, y) REFERENCES a (x, y)',
          'FOREIGN KEY (y, x) REFERENCES a',
        ),
      );
      const { session } = await readAll(database.url);
      expect(session.relations).toEqual([
        expect.objectContaining({ name: 'a', key: ['y', 'x'], references: [] }),
        {
          schema: 'public',
          name: 'b',
          role: 'content',
          columns: [
            { name: 'id', type: 'bigint', notNull: true, identity: 'always' },
            { name: 'x', type: 'integer' },
            { name: 'y', type: 'integer' },
            { name: 'm', type: 'public.mood[]' },
            { name: 'n', type: 'character varying(20)', notNull: true },
          ],
          key: ['id'],
          references: [{ columns: ['y', 'x'], schema: 'public', name: 'a', referencedColumns: ['y', 'x'] }],
        },
        expect.objectContaining({ name: 'c', key: ['sure'] }),
      ]);
    });

    it('reads foreign partitions from nobody, and says so', async () => {
      await run(`
        CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '192.0.2.1');
        CREATE TABLE root (id int) PARTITION BY RANGE (id);
        CREATE TABLE near PARTITION OF root FOR VALUES FROM (0) TO (10);
        CREATE FOREIGN TABLE away PARTITION OF root FOR VALUES FROM (10) TO (20) SERVER far;
        INSERT INTO root VALUES (3); SELECT lo_create(0)`);
      const { lines, session } = await readAll(database.url);
      expect(lines.get('public.root')).toEqual(['[3]']);
      expect(session.omitted.map(({ kind, name }) => [kind, name])).toEqual([
        ['foreign table', 'public.away'],
        ['large objects', 'large objects'],
      ]);
    });

    it('gives the same rows over one, two and four connections, each row once', async () => {
      await run(`
        CREATE TABLE wide (id int PRIMARY KEY, filling text);
        ALTER TABLE wide ALTER filling SET STORAGE PLAIN;
        INSERT INTO wide SELECT i, repeat(md5(i::text), 40) FROM generate_series(1, 14000) AS i;
        DELETE FROM wide WHERE id % 7 = 0; CREATE TABLE tiny AS SELECT 1 AS one`);
      const [one, ...others] = await Promise.all(
        [1, 2, 4].map(jobs => readAll(database.url, scopeOf('*'), jobs)),
      );
      const sorted = (rows: typeof one): string[][] =>
        [...(rows?.lines.values() ?? [])].map(lines => [...lines].sort());
      expect(one?.lines.get('public.wide')).toHaveLength(12_000);
      for (const other of others) expect(sorted(other)).toEqual(sorted(one));
      const session = await sourceOf(database.url).open(scopeOf('*'), { jobs: 2 });
      const relations = (await session.slices()).map(slice => slice.relation);
      await session.close();
      expect(relations.length).toBeGreaterThan(2);
      expect(relations).toEqual([...relations].sort((a, b) => a - b));
    });
  });

  describe('rows that others refer to', () => {
    it('carries those, and only those, through tables that are not in the scope', async () => {
      await run(`
        CREATE TABLE region (id int PRIMARY KEY, name text);
        CREATE TABLE town (id int PRIMARY KEY, region int REFERENCES region);
        CREATE TABLE pupil_a (id int PRIMARY KEY, town int REFERENCES town);
        CREATE TABLE pupil_b (id int PRIMARY KEY, a int REFERENCES pupil_a);
        CREATE TABLE unrelated (id int PRIMARY KEY, pupil int REFERENCES pupil_a);
        INSERT INTO region SELECT i, 'r' || i FROM generate_series(1, 9) AS i;
        INSERT INTO town SELECT i, i FROM generate_series(1, 9) AS i;
        INSERT INTO pupil_a VALUES (1, 3), (2, 5), (3, NULL), (4, 3); INSERT INTO pupil_b VALUES (1, 1);
        INSERT INTO unrelated VALUES (1, 1)`);
      const { lines, session } = await readAll(database.url, scopeOf('pupil_*'));
      expect(session.relations.map(relation => `${relation.name}:${relation.role}`)).toEqual([
        'pupil_a:content',
        'pupil_b:content',
        'region:context',
        'town:context',
      ]);
      expect([...(lines.get('public.town') ?? [])].sort()).toEqual(['[3,3]', '[5,5]']);
      expect([...(lines.get('public.region') ?? [])].sort()).toEqual(['[3,"r3"]', '[5,"r5"]']);
    });

    it('follows cycles, self-references, partitions and composite keys with nulls in them', async () => {
      await run(`
        CREATE TABLE person (id int PRIMARY KEY, boss int REFERENCES person, home int);
        CREATE TABLE home (id int PRIMARY KEY, owner int REFERENCES person);
        ALTER TABLE person ADD FOREIGN KEY (home) REFERENCES home DEFERRABLE INITIALLY DEFERRED;
        CREATE TABLE slot (day int, hour int, person int REFERENCES person, PRIMARY KEY (day, hour)) PARTITION BY LIST (day);
        CREATE TABLE slot_1 PARTITION OF slot FOR VALUES IN (1);
        CREATE TABLE slot_2 PARTITION OF slot FOR VALUES IN (2);
        CREATE TABLE exam (id int PRIMARY KEY, day int, hour bigint, FOREIGN KEY (day, hour) REFERENCES slot);
        INSERT INTO person SELECT i FROM generate_series(1, 9) AS i; INSERT INTO home VALUES (1, 5), (2, 6), (3, 3);
        UPDATE person SET boss = id + 1 WHERE id IN (1, 2); UPDATE person SET boss = 3 WHERE id = 3;
        UPDATE person SET home = 1 WHERE id = 2; UPDATE person SET home = 2 WHERE id = 7;
        INSERT INTO slot VALUES (1, 8, 1), (1, 9, 8), (2, 8, 9);
        INSERT INTO exam VALUES (1, 1, 8), (2, 1, NULL), (3, NULL, 9), (4, NULL, NULL)`);
      const { lines } = await readAll(database.url, scopeOf('exam'), 2);
      const ids = (name: string): number[] =>
        (lines.get(`public.${name}`) ?? []).map(line => numberIn(line, 0)).sort((one, other) => one - other);
      expect(lines.get('public.slot')).toEqual(['[1,8,1]']);
      expect(ids('person')).toEqual([1, 2, 3, 5]);
      expect(ids('home')).toEqual([1]);
    });

    it('compares texts as the key does, whatever collations the two ends have', async () => {
      await run(`
        CREATE TABLE code (id text COLLATE "C" PRIMARY KEY); INSERT INTO code VALUES ('a'), ('b');
        CREATE TABLE used (code varchar(5) COLLATE "POSIX" REFERENCES code); INSERT INTO used VALUES ('b')`);
      const { lines } = await readAll(database.url, scopeOf('used'));
      expect(lines.get('public.code')).toEqual(['["b"]']);
    });

    it('takes a parent’s own rows only, where another table inherits from it', async () => {
      await run(`
        CREATE TABLE parent (id int PRIMARY KEY, name text); CREATE TABLE child () INHERITS (parent);
        INSERT INTO parent VALUES (1, 'own'); INSERT INTO child VALUES (1, 'inherited');
        CREATE TABLE note (parent int REFERENCES parent); INSERT INTO note VALUES (1);
        CREATE TABLE base (one int GENERATED ALWAYS AS (1) STORED); CREATE TABLE derived () INHERITS (base);
        INSERT INTO base DEFAULT VALUES; INSERT INTO derived DEFAULT VALUES`);
      const { lines } = await readAll(database.url, scopeOf('note', 'base'));
      expect(lines.get('public.parent')).toEqual(['[1,"own"]']);
      expect(lines.get('public.base')).toEqual(['[]']);
    });

    it('never carries the catalog’s own rows', async () => {
      await run(`
        CREATE SCHEMA satchel; CREATE TABLE satchel.backup (id int PRIMARY KEY); INSERT INTO satchel.backup VALUES (1);
        CREATE TABLE note (backup int REFERENCES satchel.backup); INSERT INTO note VALUES (1)`);
      const { session } = await readAll(database.url, scopeOf('note'));
      expect(session.relations.map(relation => relation.name)).toEqual(['note']);
    });
  });

  describe('sequences', () => {
    it('reads those that the scope’s columns own or take defaults from, and unused ones that its patterns name', async () => {
      await run(`
        CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY, old serial); INSERT INTO a DEFAULT VALUES;
        CREATE SEQUENCE shared; CREATE TABLE b (id int DEFAULT nextval('shared'));
        CREATE SEQUENCE spare START 5; CREATE SEQUENCE far; SELECT setval('far', 9007199254740993);
        CREATE SCHEMA satchel; CREATE SEQUENCE satchel.own`);
      const full = await sourceOf(database.url).open(scopeOf('*'), { jobs: 1 });
      const sequences = await full.sequences();
      await full.close();
      expect(sequences).toEqual([
        { schema: 'public', name: 'a_id_seq', lastValue: 1, isCalled: true },
        { schema: 'public', name: 'a_old_seq', lastValue: 1, isCalled: true },
        { schema: 'public', name: 'far', lastValue: '9007199254740993', isCalled: true },
        { schema: 'public', name: 'shared', lastValue: 1, isCalled: false },
        { schema: 'public', name: 'spare', lastValue: 5, isCalled: false },
      ]);
      const one = await sourceOf(database.url).open(scopeOf('b'), { jobs: 1 });
      expect((await one.sequences()).map(sequence => sequence.name)).toEqual(['shared']);
      await one.close();
    });

    it('names all sequences that the role may not read', async () => {
      await run('CREATE TABLE a (id serial, other serial)');
      const url = await plainRole('reader', 'GRANT SELECT ON a TO $role');
      const session = await sourceOf(url).open(scopeOf('a'), { jobs: 1 });
      const error = await failure(() => session.sequences());
      await session.close();
      await dropRole('reader');
      expect(error.kind).toBe('permission_error');
      expect(error.message).toContain(
        'GRANT SELECT ON SEQUENCE "public"."a_id_seq", "public"."a_other_seq" TO',
      );
    });
  });

  describe('one snapshot', () => {
    it('holds every foreign key while another client writes without pause', async () => {
      await run(`
        CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, parent int NOT NULL REFERENCES parent);
        INSERT INTO parent SELECT generate_series(1, 5000); INSERT INTO child SELECT i, i FROM generate_series(1, 5000) AS i`);
      const writer = new pg.Client({ connectionString: database.url });
      await writer.connect();
      let writing = true;
      let written = 0;
      const write = async (): Promise<void> => {
        for (let id = 5001; writing; id++, written++) {
          await writer.query(`BEGIN; INSERT INTO parent VALUES (${id}); INSERT INTO child VALUES (${id}, ${id});
            DELETE FROM child WHERE id = ${id - 5000}; DELETE FROM parent WHERE id = ${id - 5000}; COMMIT`);
        }
      };
      const done = write();
      try {
        for (const jobs of [1, 2, 3]) {
          const before = written;
          const { lines } = await readAll(database.url, scopeOf('*'), jobs);
          await expect.poll(() => written).toBeGreaterThan(before);
          const parents = new Set((lines.get('public.parent') ?? []).map(line => numberIn(line, 0)));
          expect(lines.get('public.child')).toHaveLength(5000);
          expect((lines.get('public.child') ?? []).filter(line => !parents.has(numberIn(line, 1)))).toEqual(
            [],
          );
        }
      } finally {
        writing = false;
        await done;
        await writer.end();
      }
    });

    it('keeps tables from being emptied while it is open, and lets them be written', async () => {
      await run('CREATE TABLE a (id int); INSERT INTO a VALUES (1)');
      const session = await sourceOf(database.url).open(scopeOf('*'), { jobs: 2 });
      await run('INSERT INTO a VALUES (2)');
      await expect(run("SET lock_timeout = '50ms'; TRUNCATE a")).rejects.toThrow(/lock timeout/);
      expect((await readLines(session, 2)).get('public.a')).toEqual(['[1]']);
      await session.close();
      await run("SET lock_timeout = '5s'; TRUNCATE a");
    });

    it('makes the same rows in a thread, where it has a processor, as without one', async () => {
      await run(`
        CREATE TABLE a (id int PRIMARY KEY, name text, at timestamptz, amount numeric, list int[]);
        INSERT INTO a SELECT i, 'name ' || i || E'\\t"\\\\', now(), i / 7.0, ARRAY[i, NULL] FROM generate_series(1, 3000) AS i;
        CREATE TABLE b (id int, during daterange); INSERT INTO b VALUES (1, '[2026-01-01,2026-02-01)')`);
      const threads: unknown[] = [];
      const onThread = (thread: unknown): void => void threads.push(thread);
      process.on('worker', onThread);
      try {
        const { lines } = await readAll(database.url);
        expect(threads).toEqual([]);
        const session = await sourceOf(database.url, { threadBytes: 0 }).open(scopeOf('*'), { jobs: 2 });
        const inThread = await readLines(session, 2);
        await session.close();
        expect(threads).toHaveLength(1);
        expect(lines.get('public.a')).toHaveLength(3000);
        expect(inThread).toEqual(lines);
        const shared = await sourceOf(database.url, { threadBytes: 0, processors: 2 }).open(scopeOf('*'), {
          jobs: 2,
        });
        expect(await readLines(shared)).toEqual(lines);
        await shared.close();
        expect(threads).toHaveLength(1);
      } finally {
        process.off('worker', onThread);
      }
    });

    it('takes no more connections than pay where the server shares its machine, and all of them through a tunnel', async () => {
      await run('CREATE TABLE a (id int); INSERT INTO a VALUES (1)');
      const { hostname, port } = new URL(database.url);
      const tunnel = createServer(here => {
        const there = createConnection(Number(port), hostname);
        here.pipe(there).pipe(here);
        here.on('error', () => there.destroy());
        there.on('error', () => here.destroy());
      });
      await once(tunnel.listen(0, '127.0.0.1'), 'listening');
      const through = new URL(database.url);
      through.port = String((tunnel.address() as AddressInfo).port);
      try {
        for (const [url, processors, jobs] of [
          [database.url, 2, 1],
          [database.url, 4, 2],
          [database.url, 8, 3],
          [through.href, 2, 3],
        ] as const) {
          const session = await sourceOf(url, { processors }).open(scopeOf('*'), { jobs: 3 });
          expect(session.jobs).toBe(jobs);
          expect((await readLines(session, session.jobs)).get('public.a')).toEqual(['[1]']);
          await session.close();
        }
      } finally {
        tunnel.close();
      }
    });

    it('opens over fewer connections where someone waits to alter a table, instead of waiting for them', async () => {
      await run('CREATE TABLE a (id int); INSERT INTO a VALUES (1); CREATE TABLE b (id int)');
      const holder = new pg.Client({ connectionString: database.url });
      await holder.connect();
      await holder.query('BEGIN; LOCK TABLE b IN ACCESS EXCLUSIVE MODE');
      const opening = sourceOf(database.url).open(scopeOf('*'), { jobs: 3 });
      await expect.poll(() => waitingFor('AccessShareLock')).toHaveLength(1);
      const altering = run('ALTER TABLE a ADD COLUMN more int');
      await expect.poll(() => waitingFor('AccessExclusiveLock')).toHaveLength(1);
      await holder.end();
      const session = await opening;
      const lines = await readLines(session, 3);
      await session.close();
      await altering;
      expect(lines.get('public.a')).toEqual(['[1]']);
    });

    it('takes its snapshot after its locks, so that a table that was being emptied is not read as it was before', async () => {
      await run('CREATE TABLE a (id int); INSERT INTO a VALUES (1)');
      const holder = new pg.Client({ connectionString: database.url });
      await holder.connect();
      await holder.query('BEGIN; TRUNCATE a; INSERT INTO a VALUES (2)');
      const reading = readAll(database.url);
      await expect.poll(() => waitingFor('AccessShareLock')).toHaveLength(1);
      await holder.query('COMMIT');
      await holder.end();
      expect((await reading).lines.get('public.a')).toEqual(['[2]']);
    });
  });

  describe('what it refuses', () => {
    it('says which patterns match no table', async () => {
      const error = await failure(() => readAll(database.url, scopeOf('students_*')));
      expect(error.kind).toBe('validation_error');
      expect(error.message).toContain('students_*');
    });

    it('reads all a role needs that is neither superuser nor owner', async () => {
      await run('CREATE TABLE a (id serial); INSERT INTO a DEFAULT VALUES; CREATE TABLE b (id int)');
      const url = await plainRole(
        'reader',
        'GRANT SELECT ON ALL TABLES IN SCHEMA public TO $role; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO $role',
      );
      const { lines } = await readAll(url, scopeOf('*'), 2);
      await dropRole('reader');
      expect(Object.fromEntries(lines)).toEqual({ 'public.a': ['[1]'], 'public.b': [] });
    });

    it('names all tables that the role may not read, context among them, and the GRANT to run', async () => {
      await run(`
        CREATE SCHEMA "Geheim"; CREATE TABLE "Geheim".t (id int PRIMARY KEY);
        CREATE TABLE a (id int REFERENCES "Geheim".t); CREATE TABLE b (id int); CREATE TABLE other (id int)`);
      const url = await plainRole('reader', 'GRANT SELECT ON b TO $role');
      const error = await failure(() => readAll(url, scopeOf('a', 'b')));
      const role = `${database.name}_reader`;
      await dropRole('reader');
      expect(error.kind).toBe('permission_error');
      expect(error.context['tables']).toEqual(['Geheim.t', 'public.a']);
      expect(error.context['remedies']).toEqual([
        `GRANT USAGE ON SCHEMA "Geheim" TO ${role};`,
        `GRANT SELECT ON "Geheim"."t", "public"."a" TO ${role};`,
      ]);
    });

    it('refuses a table whose row security may hide rows', async () => {
      await run(`
        CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2); ALTER TABLE a ENABLE ROW LEVEL SECURITY;
        CREATE POLICY few ON a USING (id = 1)`);
      const url = await plainRole('reader', 'GRANT SELECT ON a TO $role');
      const error = await failure(() => readAll(url));
      await dropRole('reader');
      expect(error.kind).toBe('permission_error');
      expect(error.message).toMatch(/Row security may hide rows of public\.a/);
      expect((await readAll(database.url)).lines.get('public.a')).toEqual(['[1]', '[2]']);
    });

    it('refuses to open without a job', async () => {
      const error = await failure(() => sourceOf(database.url).open(scopeOf('*'), { jobs: 0 }));
      expect(error.kind).toBe('validation_error');
    });

    it('reads a database that is not UTF-8 in UTF-8, and refuses bytes that are none', async () => {
      const latin = `${database.name}_latin`;
      const ascii = `${database.name}_ascii`;
      const urlOf = (name: string): string =>
        Object.assign(new URL(database.url), { pathname: `/${name}` }).href;
      await run(
        `CREATE DATABASE ${latin} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
      );
      await run(
        `CREATE DATABASE ${ascii} ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
      );
      try {
        await execute(urlOf(latin), `CREATE TABLE "größe" (t text); INSERT INTO "größe" VALUES ('Zoë')`);
        const { lines, session } = await readAll(urlOf(latin));
        expect(session.source.encoding).toBe('LATIN1');
        expect(lines.get('public.größe')).toEqual(['["Zoë"]']);
        await execute(
          urlOf(ascii),
          `CREATE TABLE good (t text); INSERT INTO good VALUES ('Zoë');
          CREATE TABLE bad (t text); SET client_encoding = 'SQL_ASCII'; INSERT INTO bad VALUES (E'Zo\\xeb')`,
        );
        expect((await readAll(urlOf(ascii), scopeOf('good'))).lines.get('public.good')).toEqual(['["Zoë"]']);
        const error = await failure(() => readAll(urlOf(ascii)));
        expect(error.kind).toBe('unsupported');
        expect(error.message).toContain('bad');
      } finally {
        await run(`DROP DATABASE IF EXISTS ${latin} WITH (FORCE)`);
        await run(`DROP DATABASE IF EXISTS ${ascii} WITH (FORCE)`);
      }
    });
  });

  describe('when reading ends early', () => {
    const backends =
      "SELECT state FROM pg_stat_activity WHERE application_name = 'satchel backup' AND datname = current_database()";

    /** Has the large table, which is only read. */
    let large: TestDatabase;

    beforeAll(async () => {
      large = await createTestDatabase(server);
      await execute(large.url, LARGE_TABLE);
    });
    afterAll(() => large.drop());

    it('reads on after a slice that was returned early, under the same snapshot', async () => {
      await execute(large.url, 'CREATE TABLE small AS SELECT 1 AS one');
      const session = await sourceOf(large.url).open(scopeOf('*'), { jobs: 1 });
      await execute(large.url, 'INSERT INTO small VALUES (2)');
      for (let round = 0; round < 2; round++) {
        for await (const batch of session.copyOut(await sliceOf(session, 'large'))) {
          expect(batch.rows).toBeGreaterThan(0);
          break;
        }
        expect(await linesOf(session.copyOut(await sliceOf(session, 'small')))).toEqual(['[1]']);
      }
      await session.close();
      await execute(large.url, 'DROP TABLE small');
    });

    it('stops on request, and leaves no connection behind', async () => {
      const stop = new AbortController();
      const session = await sourceOf(large.url).open(scopeOf('*'), { jobs: 2, signal: stop.signal });
      const error = await failure(async () => {
        for await (const batch of session.copyOut(await sliceOf(session, 'large'))) {
          expect(batch.rows).toBeGreaterThan(0);
          stop.abort();
        }
      });
      expect(error.kind).toBe('cancelled');
      await session.close();
      await session.close();
      await expect.poll(() => query(large.url, backends)).toEqual([]);
    });

    it('reports a server that goes away in the middle, and never a short result', async () => {
      const session = await sourceOf(large.url).open(scopeOf('*'), { jobs: 1 });
      const error = await failure(async () => {
        for await (const batch of session.copyOut(await sliceOf(session, 'large'))) {
          expect(batch.rows).toBeGreaterThan(0);
          await query(
            large.url,
            `SELECT pg_terminate_backend(pid, 5000) FROM (${backends.replace('state', 'pid')}) AS b`,
          );
        }
      });
      expect(error.kind).toBe('unavailable');
      await session.close();
    });

    it('refuses rows that are not as many as the server counted', async () => {
      await run('CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2), (3)');
      const { hostname, port } = new URL(database.url);
      const relay = createServer(client => {
        const upstream = createConnection({ host: hostname, port: Number(port) });
        // "COPY 3" becomes "COPY 4": to us, a row that was lost on the way.
        upstream.on('data', (chunk: Buffer) => {
          client.write(Buffer.from(chunk.toString('latin1').replace('COPY 3\0', 'COPY 4\0'), 'latin1'));
        });
        client.on('data', chunk => upstream.write(chunk));
        client.on('close', () => upstream.destroy());
        upstream.on('close', () => client.destroy());
        client.on('error', () => upstream.destroy());
        upstream.on('error', () => client.destroy());
      });
      await once(relay.listen(0, '127.0.0.1'), 'listening');
      const address = relay.address();
      if (address === null || typeof address === 'string') throw new Error('the relay has no port');
      const url = new URL(database.url);
      url.host = `127.0.0.1:${address.port}`;
      url.searchParams.set('sslmode', 'disable');
      try {
        const error = await failure(() => readAll(url.href));
        expect(error.kind).toBe('unavailable');
        expect(error.message).toContain('counted 4 rows and 3 arrived');
      } finally {
        relay.close();
      }
    });

    it('reads no further than its consumer takes', async () => {
      const session = await sourceOf(large.url).open(scopeOf('*'), { jobs: 1 });
      const batches = session.copyOut(await sliceOf(session, 'large'));
      await batches[Symbol.asyncIterator]().next();
      const rowsSent = async (): Promise<number> => {
        const rows = await query<{ sent: string }>(
          large.url,
          'SELECT tuples_processed AS sent FROM pg_stat_progress_copy WHERE datname = current_database()',
        );
        expect(rows, 'the server has sent everything').toHaveLength(1);
        return Number(rows[0]?.sent);
      };
      const sentMeanwhile = async (): Promise<number> => {
        const before = await rowsSent();
        // Long enough for a server that is not held up to send them all: as many rows, on another connection.
        await query(large.url, 'SELECT count(md5(filling)) FROM large');
        return (await rowsSent()) - before;
      };
      // The system's own buffers grow for a while, by as much as they like, before the server is held up for good.
      await expect.poll(sentMeanwhile, { timeout: 30_000 }).toBe(0);
      expect(await sentMeanwhile()).toBe(0);
      await session.close();
    });
  });
});
