import { createTestDatabase, locksOf, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LifeSigns, lockKeyOf } from './life-signs.js';

let database: TestDatabase;
let signs: LifeSigns;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  signs = new LifeSigns(database.url);
});
afterAll(async () => {
  await signs.close();
  await database.drop();
});

async function locks(): Promise<number> {
  return (await locksOf(database.url, "locktype = 'advisory'")).length;
}

it('asks its one connection one question at a time, however many jobs begin and end at once', async () => {
  // What the driver says of a connection that is asked more than it has answered; a later version refuses it.
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', onWarning);
  try {
    const keys = Array.from({ length: 12 }, (_, number) => lockKeyOf(`job ${number}`));
    expect(await Promise.all(keys.map(key => signs.tryHold(key)))).toEqual(keys.map(() => true));
    expect(await locks()).toBe(keys.length);
    await Promise.all(keys.map(key => signs.release(key)));
    expect(await locks()).toBe(0);
  } finally {
    process.off('warning', onWarning);
  }
  expect(warnings).toEqual([]);
});
