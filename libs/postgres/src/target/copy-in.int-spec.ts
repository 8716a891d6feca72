import { newestTestServer } from '@satchel/testing';
import { expect, it } from 'vitest';
import { connect } from '../connection/index.js';
import { CopyIn } from './copy-in.js';
import { settingsOf } from './testing/database-in-memory.js';

it('is done with the bytes of a piece once it says so, however short it is and however slow the server', async () => {
  const client = await connect(settingsOf(newestTestServer().url), { applicationName: 'test' });
  try {
    await client.query('CREATE TEMPORARY TABLE copied (piece int, filling text)');
    // The server takes nothing while it sleeps, so that the sockets between fill up.
    await client.query(
      `CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$`,
    );
    await client.query(
      'CREATE TRIGGER waiting BEFORE INSERT ON copied FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.wait()',
    );
    const copy = new CopyIn(client, 'COPY copied FROM STDIN');
    const pieces = 1000;
    const filling = 'x'.repeat(20_000);
    const buffer = Buffer.alloc(30_000);
    for (let piece = 0; piece < pieces; piece++) {
      const length = buffer.write(`${piece}\t${filling}\n`);
      await copy.write(buffer.subarray(0, length));
    }
    expect(await copy.end()).toBe(pieces);
    const { rows } = await client.query('SELECT count(DISTINCT piece)::int AS pieces FROM copied');
    expect(rows).toEqual([{ pieces }]);
  } finally {
    await client.end();
  }
});
