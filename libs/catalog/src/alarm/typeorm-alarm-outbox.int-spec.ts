import { createTestDatabase, newestTestServer } from '@satchel/testing';
import { describeAlarmOutbox, kindOf, sampleCause } from '@satchel/testing/conformance';
import { describe, expect, it } from 'vitest';
import { CatalogDatabase } from '../catalog-database.js';
import { TypeormAlarmOutbox } from './typeorm-alarm-outbox.js';

describeAlarmOutbox('TypeormAlarmOutbox', async () => {
  const database = await createTestDatabase(newestTestServer());
  const url = await database.giveToPlainRole();
  const processes: CatalogDatabase[] = [];
  const connect = (): TypeormAlarmOutbox => {
    const catalog = new CatalogDatabase(url);
    processes.push(catalog);
    return new TypeormAlarmOutbox(catalog);
  };
  return {
    outbox: connect(),
    another: () => Promise.resolve(connect()),
    dispose: async () => {
      for (const each of processes) await each.close();
      await database.drop();
    },
  };
});

describe('TypeormAlarmOutbox', () => {
  it('is unavailable where nobody listens', async () => {
    const nowhere = new CatalogDatabase('postgresql://nobody@127.0.0.1:1/nowhere');
    const outbox = new TypeormAlarmOutbox(nowhere);
    expect(await kindOf(outbox.raise(sampleCause('backup_failed'), [], new Date()))).toBe('unavailable');
    expect(await kindOf(outbox.claim(new Date(), 1))).toBe('unavailable');
    expect(await kindOf(outbox.summary())).toBe('unavailable');
    await nowhere.close();
  });
});
