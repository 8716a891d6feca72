import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execute, query, testServers } from '@satchel/testing';
import { backUp, undo } from './testing/back-up.js';
import { restore } from './testing/database-in-memory.js';
import { DatabasePair, shapeOf } from './testing/database-pair.js';

describe.each(testServers())('Partitions and inheritance restored on PostgreSQL $major', server => {
  let pair: DatabasePair;

  beforeEach(async () => {
    pair = await DatabasePair.make(server);
  });
  afterEach(() => pair.drop());

  it('puts each row once into its leaf: range, list and hash, in several levels, of odd leaves', async () => {
    await pair.prepare(
      `CREATE TABLE parent (id int PRIMARY KEY);
       CREATE TABLE sale (id int, day date, kind text, p int REFERENCES parent, n numeric(8,2), PRIMARY KEY (id, day, kind)) PARTITION BY RANGE (day);
       CREATE TABLE sale_2020 PARTITION OF sale FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (kind);
       CREATE TABLE sale_2020_a PARTITION OF sale_2020 FOR VALUES IN ('a'); CREATE TABLE sale_2020_rest PARTITION OF sale_2020 DEFAULT;
       CREATE TABLE sale_2021 (gone int, n numeric(8,2), kind text NOT NULL, also_gone text, p int, id int NOT NULL, day date NOT NULL); ALTER TABLE sale_2021 DROP COLUMN gone; ALTER TABLE sale_2021 DROP COLUMN also_gone;
       ALTER TABLE sale ATTACH PARTITION sale_2021 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01'); CREATE INDEX sale_p ON sale (p); CREATE INDEX only_here ON sale_2021 (n);
       CREATE TABLE sale_default PARTITION OF sale DEFAULT;
       CREATE TABLE hashed (id int PRIMARY KEY, t text) PARTITION BY HASH (id); CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
       CREATE TABLE refers (id int PRIMARY KEY, h int REFERENCES hashed ON DELETE CASCADE, leaf int REFERENCES hashed_0);
       CREATE TABLE keyless (k text, v int) PARTITION BY LIST (k); CREATE TABLE keyless_a PARTITION OF keyless FOR VALUES IN ('a'); CREATE TABLE keyless_rest PARTITION OF keyless DEFAULT;
       CREATE MATERIALIZED VIEW total AS SELECT kind, sum(n) AS n FROM sale GROUP BY kind; CREATE UNIQUE INDEX ON total (kind); CREATE MATERIALIZED VIEW of_leaf AS SELECT * FROM sale_2021;`,
      `INSERT INTO parent VALUES (1), (2);
       INSERT INTO sale SELECT n, date '2019-12-01' + n * 40, chr(97 + n % 3), 1 + n % 2, n FROM generate_series(1, 30) n; INSERT INTO hashed SELECT n, 'h' || n FROM generate_series(1, 20) n;
       INSERT INTO refers SELECT id, id, CASE WHEN tableoid = 'hashed_0'::regclass THEN id END FROM hashed; INSERT INTO keyless VALUES ('a', 1), ('a', 1), ('b', 2);
       REFRESH MATERIALIZED VIEW total; REFRESH MATERIALIZED VIEW of_leaf`,
    );
    const shape = await shapeOf(pair.copy.url);
    const stored = await backUp(pair.original.url);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    expect(await pair.differences()).toEqual([]);
    await execute(
      pair.copy.url,
      `UPDATE sale SET n = n + 1 WHERE id % 3 = 0; DELETE FROM sale WHERE id = 4; INSERT INTO sale VALUES (99, '2020-05-05', 'z', 1, 1); UPDATE sale SET p = NULL WHERE id = 7;
       UPDATE sale SET day = day + 365 WHERE id = 8; UPDATE hashed SET t = 'x' WHERE id < 5; DELETE FROM refers WHERE id IN (6, 7); DELETE FROM hashed WHERE id = 7; INSERT INTO keyless VALUES ('c', 3)`,
    );
    const { plan, report } = await restore(pair.copy.url, stored, { mode: 'replace', sampleRows: 3 });
    expect(report?.relations).toEqual(plan.relations);
    expect(await pair.differences()).toEqual([]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });

  it('moves a row to another leaf when that is what changes', async () => {
    const tables = `CREATE TABLE item (id int NOT NULL, k text NOT NULL, v int) PARTITION BY LIST (k); CREATE TABLE item_a PARTITION OF item FOR VALUES IN ('a'); CREATE TABLE item_b PARTITION OF item FOR VALUES IN ('b');
      CREATE TABLE one (id int PRIMARY KEY, k text) PARTITION BY RANGE (id); CREATE TABLE one_low PARTITION OF one FOR VALUES FROM (0) TO (10); CREATE TABLE one_high PARTITION OF one FOR VALUES FROM (10) TO (20);`;
    await pair.prepare(
      tables,
      "INSERT INTO item VALUES (1, 'a', 1), (2, 'b', 2); INSERT INTO one VALUES (1, 'x'), (11, 'y')",
    );
    const stored = await backUp(pair.original.url);
    await execute(
      pair.copy.url,
      "INSERT INTO item VALUES (1, 'b', 1), (2, 'b', 2); INSERT INTO one VALUES (12, 'x')",
    );
    await restore(pair.copy.url, stored, { mode: 'replace' });
    expect(await pair.differences()).toEqual([]);
  });

  it('restores a table that has been cut into leaves since, and one that was in leaves', async () => {
    await execute(
      pair.original.url,
      "CREATE TABLE a (id int PRIMARY KEY, t text); INSERT INTO a VALUES (1, 'x'), (11, 'y')",
    );
    await execute(
      pair.copy.url,
      'CREATE TABLE a (t text, id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM (0) TO (10); CREATE TABLE a_2 PARTITION OF a FOR VALUES FROM (10) TO (20)',
    );
    await restore(pair.copy.url, await backUp(pair.original.url), { mode: 'replace' });
    expect(
      await query(pair.copy.url, 'SELECT id, t, tableoid::regclass::text AS leaf FROM a ORDER BY id'),
    ).toEqual([
      { id: 1, t: 'x', leaf: 'a_1' },
      { id: 11, t: 'y', leaf: 'a_2' },
    ]);
    await execute(pair.original.url, 'DELETE FROM a');
    await restore(pair.original.url, await backUp(pair.copy.url), { mode: 'replace' });
    expect(await query(pair.original.url, 'SELECT count(*)::int AS n FROM a')).toEqual([{ n: 2 }]);
  });

  it('names the row that no leaf takes, and changes nothing', async () => {
    const tables =
      'CREATE TABLE a (id int PRIMARY KEY, t text) PARTITION BY RANGE (id); CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM (0) TO (10);';
    await pair.prepare(
      tables,
      "CREATE TABLE a_2 PARTITION OF a FOR VALUES FROM (10) TO (20); INSERT INTO a VALUES (1, 'x'), (11, 'y')",
    );
    await execute(pair.copy.url, "INSERT INTO a VALUES (1, 'old')");
    await expect(
      restore(pair.copy.url, await backUp(pair.original.url), { mode: 'replace' }),
    ).rejects.toMatchObject({
      kind: 'restore_failed',
      message: expect.stringContaining('public.a'),
    });
    expect(await query(pair.copy.url, 'TABLE a')).toEqual([{ id: 1, t: 'old' }]);
  });

  it('refuses a table with a partition on another server, whose rows it would remove', async () => {
    const { url } = pair.copy;
    const { port, username, password } = new URL(url);
    await execute(
      url,
      `CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'localhost', port '${port}', dbname '${pair.copy.name}');
       CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user '${username}', password '${password}');
       CREATE TABLE there (k text, v int); CREATE TABLE here (k text, v int) PARTITION BY LIST (k); CREATE TABLE here_a PARTITION OF here FOR VALUES IN ('a');
       CREATE FOREIGN TABLE here_b PARTITION OF here FOR VALUES IN ('b') SERVER far OPTIONS (table_name 'there');`,
    );
    await execute(url, "INSERT INTO here VALUES ('a', 1), ('b', 2)");
    const stored = await backUp(url, ['here']);
    expect(stored.omitted).toMatchObject([{ kind: 'foreign table', name: 'public.here_b' }]);
    await execute(url, 'UPDATE here_a SET v = 7');
    for (const dryRun of [true, false]) {
      await expect(restore(url, stored, { mode: 'replace', dryRun })).rejects.toMatchObject({
        kind: 'unsupported',
        message: expect.stringContaining('public.here_b'),
      });
    }
    expect(await query(url, 'TABLE there')).toEqual([{ k: 'b', v: 2 }]);
  });

  it("keeps a parent's rows and its children's apart, even with the same keys", async () => {
    await pair.prepare(
      `CREATE TABLE base (id int PRIMARY KEY, t text CHECK (t <> '')); CREATE TABLE child (extra int, PRIMARY KEY (id)) INHERITS (base); CREATE TABLE grandchild (PRIMARY KEY (id)) INHERITS (child);
       CREATE TABLE refers (id int PRIMARY KEY, b int REFERENCES base); CREATE TABLE of_refers () INHERITS (refers); CREATE TABLE keyless (v int); CREATE TABLE keyless_child () INHERITS (keyless);
       CREATE MATERIALIZED VIEW all_of_them AS SELECT id, t FROM base;`,
      `INSERT INTO base VALUES (1, 'b1'), (2, 'b2'); INSERT INTO child VALUES (1, 'c1', 1), (3, 'c3', 3); INSERT INTO grandchild VALUES (1, 'g1', 1), (2, 'g2', 2); INSERT INTO refers VALUES (1, 1), (2, NULL);
       INSERT INTO of_refers VALUES (1, 3), (5, 77); INSERT INTO keyless VALUES (1); INSERT INTO keyless_child VALUES (1), (2); REFRESH MATERIALIZED VIEW all_of_them`,
    );
    const shape = await shapeOf(pair.copy.url);
    const stored = await backUp(pair.original.url);
    await restore(pair.copy.url, stored, { mode: 'merge' });
    expect(await pair.differences()).toEqual([]);
    await execute(
      pair.copy.url,
      `UPDATE base SET t = 'x'; INSERT INTO ONLY base VALUES (3, 'b3'); DELETE FROM child WHERE id = 3; DELETE FROM ONLY grandchild; INSERT INTO of_refers VALUES (9, 3); DELETE FROM keyless`.replace(
        'INSERT INTO ONLY',
        'INSERT INTO',
      ),
    );
    const done = await restore(pair.copy.url, stored, { mode: 'replace' }, { keepBefore: true });
    expect(await pair.differences()).toEqual([]);
    const undone = await undo(pair.copy.url, done);
    await undo(pair.copy.url, undone);
    expect(await pair.differences()).toEqual([]);
    await execute(pair.copy.url, "UPDATE child SET t = 'only the child' WHERE id = 3");
    await restore(pair.copy.url, stored, { mode: 'merge' });
    expect(await pair.differences()).toEqual([]);
    expect(await shapeOf(pair.copy.url)).toEqual(shape);
  });
});
