import { CatalogDatabase, TypeormAuditLog, TypeormJobStore, TypeormScheduleStore } from '@satchel/catalog';
import type { ChosenDestinations, Schedule } from '@satchel/domain';
import { SCHOOL_SCOPES } from '@satchel/domain';
import {
  createTestDatabase,
  execute,
  FixedClock,
  newestTestServer,
  TestDestinations,
  type TestDatabase,
} from '@satchel/testing';
import { MemoryStorage } from '@satchel/storage';
import { kindOf, MemoryKeyRing } from '@satchel/testing/conformance';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChooseDestinations } from '../copies/choose-destinations.js';
import { EditSchedules } from './edit-schedules.js';
import { FireSchedules } from './fire-schedules.js';

const storage = new MemoryStorage();
const START = '2026-03-02T12:00:00.000Z';

let test: TestDatabase;
let databases: CatalogDatabase[];

beforeAll(async () => {
  test = await createTestDatabase(newestTestServer());
  databases = Array.from({ length: 4 }, () => new CatalogDatabase(test.url));
  await databases[0]?.open();
});
afterAll(async () => {
  await Promise.all(databases.map(database => database.close()));
  await test.drop();
});

describe('FireSchedules', () => {
  let clock: FixedClock;
  let stores: TypeormScheduleStore[];
  let jobs: TypeormJobStore;
  let edit: EditSchedules;
  let processes: FireSchedules[];

  beforeEach(() => {
    clock = new FixedClock(START);
    const audit = (database: CatalogDatabase) => new TypeormAuditLog(database, new MemoryKeyRing());
    const [first] = databases as [CatalogDatabase];
    stores = databases.map(database => new TypeormScheduleStore(database));
    jobs = new TypeormJobStore(first);
    edit = new EditSchedules(
      SCHOOL_SCOPES,
      stores[0] as TypeormScheduleStore,
      new ChooseDestinations(new TestDestinations({ local: storage, usb: storage, cloud: storage })),
      audit(first),
      clock,
      'Europe/Berlin',
    );
    processes = databases.map(
      (database, index) => new FireSchedules(stores[index] as TypeormScheduleStore, audit(database), clock),
    );
  });
  afterEach(() =>
    execute(test.url, 'DELETE FROM satchel.schedule; DELETE FROM satchel.timetable; DELETE FROM satchel.job'),
  );

  const nightly = (name = 'nightly', cron = '30 2 * * *', destinations?: ChosenDestinations) =>
    edit.add({ name, scopeName: 'full', cron, compression: 'zstd', destinations, paused: false });
  const fireAll = async () =>
    (await Promise.all(processes.map(each => each.run()))).flatMap(({ fired }) => fired);
  const jobsOf = async (scheduleName: string) =>
    (await jobs.find({ requestedBy: `schedule:${scheduleName}` })).items;

  it('adds one job however many processes fire, and sets the next time', async () => {
    await nightly();
    expect(await fireAll()).toEqual([]);
    clock.set('2026-03-03T01:30:00.000Z');
    expect(await fireAll()).toHaveLength(1);
    const [job] = await jobsOf('nightly');
    expect(job).toMatchObject({ kind: 'backup', state: 'pending', scopeName: 'full', name: 'nightly' });
    expect(await edit.get('nightly')).toMatchObject({
      lastJobId: job?.jobId,
      nextRunAt: new Date('2026-03-04T01:30:00.000Z'),
    });
    expect(await fireAll()).toEqual([]);
  });

  it('catches up what nobody was there for once, however often it was missed', async () => {
    await nightly();
    clock.set('2026-03-09T17:00:00.000Z');
    expect(await fireAll()).toHaveLength(1);
    expect(await jobsOf('nightly')).toHaveLength(1);
    expect((await edit.get('NIGHTLY')).nextRunAt).toEqual(new Date('2026-03-10T01:30:00.000Z'));
  });

  it('fires each of many that are due, once', async () => {
    for (let index = 0; index < 12; index += 1) await nightly(`each ${index}`);
    clock.set('2026-03-03T02:00:00.000Z');
    const fired = await fireAll();
    expect(fired.map(({ schedule }) => schedule.name).sort()).toEqual(
      Array.from({ length: 12 }, (_, index) => `each ${index}`).sort(),
    );
    expect((await jobs.counts()).pending).toBe(12);
  });

  it('does neither, add the job and set the time, where it cannot do both', async () => {
    const { scheduleId } = await nightly();
    clock.set('2026-03-03T02:00:00.000Z');
    const [store] = stores as [TypeormScheduleStore];
    const job = { jobId: scheduleId, requestedBy: null, createdAt: clock.now() };
    const command = { kind: 'cleanup', days: 1 } as const;
    // The second of two jobs of one id cannot be added.
    const twice = [
      { ...job, command },
      { ...job, command },
    ];
    expect(await kindOf(store.fireNext(clock.now(), () => ({ jobs: twice, nextRunAt: null })))).toBe(
      'conflict',
    );
    expect((await jobs.counts()).pending).toBe(0);
    expect(await fireAll()).toHaveLength(1);
  });

  it('goes on with the others where one cannot be fired', async () => {
    await nightly('broken');
    await nightly('sound', '40 2 * * *');
    await execute(test.url, `UPDATE satchel.schedule SET cron = 'nonsense' WHERE name = 'broken'`);
    clock.set('2026-03-03T02:00:00.000Z');
    const result = await processes[0]?.run();
    expect(result?.fired.map(({ schedule }) => schedule.name)).toEqual(['sound']);
    expect(result?.failed.map(({ name }) => name)).toEqual(['broken']);
  });

  it('leaves out what is paused, and does not catch it up', async () => {
    await nightly();
    expect(await edit.pause('nightly')).toMatchObject({ paused: true, nextRunAt: null, nextRuns: [] });
    clock.set('2026-03-05T12:00:00.000Z');
    expect(await fireAll()).toEqual([]);
    expect((await edit.resume('nightly')).nextRunAt).toEqual(new Date('2026-03-06T01:30:00.000Z'));
  });

  it('fires a timetable of the settings once, and sets it anew when the setting changes', async () => {
    const first = new Date('2026-03-03T01:00:00.000Z');
    const fire = (expression: string, at: string) =>
      Promise.all(
        stores.map(store =>
          store.fireTimetable({ name: 'cleanup', expression }, new Date(at), first, () => ({
            jobs: [],
            nextRunAt: new Date('2026-03-04T01:00:00.000Z'),
          })),
        ),
      );
    expect(await fire('a', START)).toEqual([false, false, false, false]);
    expect((await fire('a', '2026-03-03T01:00:01.000Z')).filter(Boolean)).toHaveLength(1);
    expect(await fire('a', '2026-03-03T02:00:00.000Z')).toEqual([false, false, false, false]);
    expect((await fire('b', '2026-03-03T02:00:00.000Z')).filter(Boolean)).toHaveLength(1);
  });

  it('adds jobs for the destinations that were chosen, also where the settings have lost one since', async () => {
    expect(await nightly('everywhere')).toMatchObject({ destinations: null, unknownDestinations: [] });
    expect(await nightly('near', '30 2 * * *', ['usb'])).toMatchObject({ destinations: ['local', 'usb'] });
    await execute(test.url, `UPDATE satchel.schedule SET destinations = '{tape}' WHERE name = 'near'`);
    expect(await edit.get('near')).toMatchObject({
      destinations: ['local', 'tape'],
      unknownDestinations: ['tape'],
    });
    clock.set('2026-03-03T02:00:00.000Z');
    expect(await fireAll()).toHaveLength(2);
    const commandOf = async (name: string) => await jobs.commandOf((await edit.get(name)).lastJobId ?? '');
    expect(await commandOf('everywhere')).toMatchObject({ kind: 'backup', destinations: null });
    expect(await commandOf('near')).toMatchObject({ kind: 'backup', destinations: ['tape'] });
  });

  it('changes where backups are kept, or leaves it, and notes it in the log', async () => {
    await nightly('near', '30 2 * * *', []);
    expect(await edit.change('near', { compression: 'gzip' })).toMatchObject({ destinations: ['local'] });
    expect(await edit.change('near', { destinations: ['cloud'] })).toMatchObject({
      destinations: ['local', 'cloud'],
    });
    expect(await kindOf(edit.change('near', { destinations: ['tape'] }))).toBe('validation_error');
    expect(await edit.change('near', { destinations: null })).toMatchObject({ destinations: null });
    const { items } = await new TypeormAuditLog(databases[0] as CatalogDatabase, new MemoryKeyRing()).find({
      action: 'schedule.update',
    });
    expect(items.slice(0, 3).map(({ outcome, details }) => [outcome, details['destinations']])).toEqual([
      ['success', 'all'],
      ['failed', ['tape']],
      ['success', ['cloud']],
    ]);
  });

  it('shows the next five times', async () => {
    const { nextRuns } = (await nightly()) as Schedule & { nextRuns: readonly Date[] };
    expect(nextRuns.map(at => at.toISOString().slice(0, 16))).toEqual([
      '2026-03-03T01:30',
      '2026-03-04T01:30',
      '2026-03-05T01:30',
      '2026-03-06T01:30',
      '2026-03-07T01:30',
    ]);
  });

  it('refuses a second of a name, a type that is not there, and a change of nothing', async () => {
    await nightly();
    expect(await kindOf(nightly('Nightly'))).toBe('conflict');
    expect(await kindOf(edit.change('nightly', { scopeName: 'pupils' }))).toBe('validation_error');
    expect(await kindOf(edit.change('weekly', {}))).toBe('not_found');
    expect(await edit.change('nightly', { cron: '0 4 * * *', name: 'late' })).toMatchObject({
      name: 'late',
      nextRunAt: new Date('2026-03-03T03:00:00.000Z'),
    });
  });
});
