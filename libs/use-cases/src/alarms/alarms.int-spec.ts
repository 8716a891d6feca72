import {
  CatalogDatabase,
  TypeormAlarmOutbox,
  TypeormAuditLog,
  TypeormCatalog,
  TypeormJobStore,
  TypeormRetentionStore,
} from '@satchel/catalog';
import {
  BackupError,
  newBackupId,
  SCHOOL_SCOPES,
  shellActor,
  type AlarmCause,
  type AlarmKind,
  type AlarmNotice,
  type Copy,
  type ErrorKind,
} from '@satchel/domain';
import { AlarmChannel, Heartbeat, NoHeartbeat } from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import {
  createTestDatabase,
  FixedClock,
  MemoryCopyStore,
  newestTestServer,
  query,
  TestDestinations,
  type TestDatabase,
} from '@satchel/testing';
import { auditEvent, kindOf, MemoryKeyRing, sampleCause } from '@satchel/testing/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MeasuredPromise } from '../measured-promises.js';
import type { ServerStatusResult } from '../server-status.js';
import { AlarmChannels } from './alarm-channels.js';
import { DELIVERY_PAUSES_MS, DeliverAlarms } from './deliver-alarms.js';
import { JobAlarms, type WatchedWork } from './job-alarms.js';
import { RaiseAlarms } from './raise-alarms.js';
import { ReadAlarms } from './read-alarms.js';
import { AuditChain } from './sources/audit-chain.js';
import { DamagedBackups } from './sources/damaged-backups.js';
import { FailedBackups } from './sources/failed-backups.js';
import { FailedCopies } from './sources/failed-copies.js';
import { FailedDeletes } from './sources/failed-deletes.js';
import { FailedDrills } from './sources/failed-drills.js';
import { OverdueBackups } from './sources/overdue-backups.js';
import { SignInAttacks } from './sources/sign-in-attacks.js';
import { UnverifiedBackups } from './sources/unverified-backups.js';
import { TestAlarms } from './test-alarms.js';
import { WatchCatalog } from './watch-catalog.js';
import { WatchOver } from './watch-over.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const scopes = SCHOOL_SCOPES.scopes;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Notes what it is told, and fails as it is told to: what channels do over a line is tried where they are. */
class NotingChannel extends AlarmChannel {
  readonly target = 'nowhere';
  readonly told: AlarmNotice[] = [];
  failure: BackupError | null = null;

  constructor(readonly name: 'email' | 'slack') {
    super();
  }

  async send(notice: AlarmNotice): Promise<string | null> {
    if (this.failure !== null) throw this.failure;
    this.told.push(notice);
    return await Promise.resolve(null);
  }

  get said(): string[] {
    return this.told.map(({ event, alarm }) => `${event} ${alarm?.kind ?? ''}:${alarm?.subject ?? ''}`);
  }
}

class NotingHeartbeat extends Heartbeat {
  readonly beats: string[] = [];

  succeeded(): Promise<boolean> {
    return Promise.resolve(this.beats.push('ok') > 0);
  }

  failed(): Promise<boolean> {
    return Promise.resolve(this.beats.push('fail') > 0);
  }
}

let database: TestDatabase;
let catalog: CatalogDatabase;
let outbox: TypeormAlarmOutbox;
let audit: TypeormAuditLog;
let email: NotingChannel;
let slack: NotingChannel;
let clock: FixedClock;
let raise: RaiseAlarms;
let deliver: DeliverAlarms;

/** One process, on a catalog's database that is there or not. */
function open(url: string): void {
  catalog = new CatalogDatabase(url);
  outbox = new TypeormAlarmOutbox(catalog);
  audit = new TypeormAuditLog(catalog, new MemoryKeyRing());
  email = new NotingChannel('email');
  slack = new NotingChannel('slack');
  const channels = new AlarmChannels([email, slack]);
  raise = new RaiseAlarms(outbox, channels, clock, log);
  deliver = new DeliverAlarms(outbox, channels, raise, clock, log);
}

beforeEach(async () => {
  database = await createTestDatabase(newestTestServer());
  clock = new FixedClock(new Date());
  open(database.url);
});
afterEach(async () => {
  await catalog.close();
  await database.drop();
});

async function openKinds(): Promise<AlarmKind[]> {
  return (await outbox.find({ open: true })).items.map(({ alarm }) => alarm.kind).sort();
}

describe('DeliverAlarms', () => {
  it('tells every channel, once', async () => {
    await raise.raise(sampleCause('backup_failed'));
    await raise.raise(sampleCause('backup_failed'));
    await deliver.run();
    await deliver.run();
    expect(email.said).toEqual(['raised backup_failed:full']);
    expect(slack.said).toEqual(['raised backup_failed:full']);
  });

  it('tries again after growing pauses, gives up after a day, and says so elsewhere', async () => {
    email.failure = new BackupError('unavailable', 'The mail server is out of reach.');
    await raise.raise(sampleCause('backup_failed'));
    await deliver.run();
    for (const pauseMs of DELIVERY_PAUSES_MS) {
      clock.advance(pauseMs - 1);
      await deliver.run();
      const before = (await outbox.summary()).channels.find(({ channel }) => channel === 'email')?.failures;
      clock.advance(1);
      await deliver.run();
      const after = (await outbox.summary()).channels.find(({ channel }) => channel === 'email')?.failures;
      expect(after).toBe((before ?? 0) + 1);
    }
    expect(slack.said).toEqual(['raised backup_failed:full', 'raised delivery_failed:email']);
    expect(await openKinds()).toEqual(['backup_failed', 'delivery_failed']);
    // It takes messages again: that is told too.
    email.failure = null;
    await raise.resolve(sampleCause('backup_failed'));
    await deliver.run();
    expect(email.said).toEqual(['resolved backup_failed:full', 'resolved delivery_failed:email']);
    expect(await openKinds()).toEqual([]);
  });

  it('gives up at once what is refused', async () => {
    email.failure = new BackupError('validation_error', 'no such hook');
    await raise.raise(sampleCause('backup_failed'));
    await deliver.run();
    const { items } = await outbox.find({ kinds: ['backup_failed'] });
    expect(items[0]?.deliveries.map(({ channel, state, problem }) => [channel, state, problem])).toEqual([
      ['email', 'failed', 'no such hook'],
      ['slack', 'delivered', null],
    ]);
  });

  it('waits as long as a busy receiver says', async () => {
    slack.failure = new BackupError('unavailable', 'busy', { retryAfterMs: HOUR_MS });
    await raise.raise(sampleCause('backup_failed'));
    await deliver.run();
    const { items } = await outbox.find({});
    const waiting = items[0]?.deliveries.find(({ channel }) => channel === 'slack');
    expect(waiting?.dueAt).toEqual(new Date(clock.now().getTime() + HOUR_MS));
  });
});

describe('a catalog that is away', () => {
  beforeEach(async () => {
    await catalog.close();
    open('postgresql://nobody@127.0.0.1:1/nowhere');
  });

  it('is told at the second look, once and not each minute, and again after a day', async () => {
    const watch = new WatchCatalog(outbox, raise);
    await watch.run();
    expect(email.said).toEqual([]);
    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(MINUTE_MS);
      await watch.run();
    }
    expect(email.said).toEqual(['raised service_down:catalog']);
    clock.advance(24 * HOUR_MS);
    await watch.run();
    expect(email.said).toEqual(['raised service_down:catalog', 'repeated service_down:catalog']);
  });

  it('hinders no alarm of a job', async () => {
    await raise.raise(sampleCause('backup_failed'));
    await raise.raise(sampleCause('backup_failed'));
    expect(email.said).toEqual(['raised backup_failed:full']);
    expect(slack.said).toEqual(['raised backup_failed:full']);
  });

  it('tries the next time where nothing got through', async () => {
    email.failure = slack.failure = new BackupError('unavailable', 'the line is cut');
    await raise.raiseDirectly(sampleCause('backup_failed'));
    email.failure = slack.failure = null;
    await raise.raiseDirectly(sampleCause('backup_failed'));
    expect(email.said).toEqual(['repeated backup_failed:full']);
  });
});

it('tells that the catalog is back, and the catalog what was sent meanwhile', async () => {
  const reachable = database.url;
  await catalog.close();
  // One outbox whose database comes back, as one process has it.
  let away = true;
  const real = new CatalogDatabase(reachable);
  open('postgresql://nobody@127.0.0.1:1/nowhere');
  const gone = outbox;
  const there = new TypeormAlarmOutbox(real);
  const between = new Proxy(there, {
    get: (_target, name) => {
      const now = away ? gone : there;
      const member: unknown = Reflect.get(now, name);
      return typeof member === 'function' ? (member.bind(now) as unknown) : member;
    },
  });
  raise = new RaiseAlarms(between, new AlarmChannels([email]), clock, log);
  const watch = new WatchCatalog(between, raise);
  for (let look = 0; look < 3; look += 1) await watch.run();
  await raise.raise(sampleCause('backup_failed'));
  away = false;
  clock.advance(MINUTE_MS);
  await watch.run();
  expect(email.said).toEqual([
    'raised service_down:catalog',
    'raised backup_failed:full',
    'resolved service_down:catalog',
  ]);
  const { items } = await there.find({});
  expect(
    items.map(({ alarm }) => `${alarm.kind} ${alarm.resolvedAt === null ? 'open' : 'over'}`).sort(),
  ).toEqual(['backup_failed open', 'service_down over']);
  await watch.run();
  expect(email.said).toHaveLength(3);
  await real.close();
});

describe('JobAlarms', () => {
  const backup = { kind: 'backup', jobId: newBackupId(), scopeName: 'full', name: null } as const;

  function jobAlarms(heartbeat: Heartbeat = new NoHeartbeat()): JobAlarms {
    return new JobAlarms({ raise, deliver, heartbeat, scopes, log });
  }

  function failing(work: WatchedWork, kind: BackupError['kind']): Promise<string> {
    return kindOf(jobAlarms().around(work, () => Promise.reject(new BackupError(kind, 'no'))));
  }

  it('tells at once that a backup failed, and that the next one is good', async () => {
    const heartbeat = new NotingHeartbeat();
    const alarms = jobAlarms(heartbeat);
    await expect(
      alarms.around(backup, () => Promise.reject(new BackupError('unavailable', 'away'))),
    ).rejects.toMatchObject({ message: 'away' });
    expect(email.said).toEqual(['raised backup_failed:full']);
    expect(await alarms.around(backup, () => Promise.resolve('done'))).toBe('done');
    expect(email.said).toEqual(['raised backup_failed:full', 'resolved backup_failed:full']);
    expect(heartbeat.beats).toEqual(['fail', 'ok']);
  });

  it('makes no noise about what somebody decided, or mistyped', async () => {
    expect(await failing(backup, 'cancelled')).toBe('cancelled');
    expect(await failing({ ...backup, scopeName: 'nonsense' }, 'validation_error')).toBe('validation_error');
    expect(await failing({ kind: 'restore', jobId: newBackupId(), file: 'x' }, 'not_found')).toBe(
      'not_found',
    );
    expect(await failing({ kind: 'verify', backupId: 'b', file: null }, 'unavailable')).toBe('unavailable');
    expect(await openKinds()).toEqual([]);
  });

  it('tells of failed restores, damage, and deletes that failed', async () => {
    await failing({ kind: 'restore', jobId: newBackupId(), file: 'x' }, 'restore_failed');
    await failing({ kind: 'verify', backupId: 'b', file: 'b.json' }, 'invalid_backup');
    await jobAlarms().around(
      { kind: 'cleanup' },
      () => Promise.resolve(2),
      failed => failed,
    );
    expect(await openKinds()).toEqual(['copy_damaged', 'restore_failed', 'retention_failed']);
    await jobAlarms().around({ kind: 'verify', backupId: 'b', file: 'b.json' }, () => Promise.resolve());
    await jobAlarms().around(
      { kind: 'cleanup' },
      () => Promise.resolve(0),
      failed => failed,
    );
    expect(await openKinds()).toEqual(['restore_failed']);
  });

  it('tells of a drill that failed at once, and of the next one that is good', async () => {
    const drill = { kind: 'drill', scopeName: 'full', backupId: null } as const;
    expect(await failing(drill, 'not_found')).toBe('not_found');
    expect(await failing(drill, 'cancelled')).toBe('cancelled');
    expect(await openKinds()).toEqual([]);
    expect(await failing(drill, 'wrong_key')).toBe('wrong_key');
    // The next week's: it is known.
    expect(await failing(drill, 'wrong_key')).toBe('wrong_key');
    expect(email.said).toEqual(['raised drill_failed:full']);
    await jobAlarms().around(drill, () => Promise.resolve());
    expect(email.said).toEqual(['raised drill_failed:full', 'resolved drill_failed:full']);
  });

  it('knows a drill among the jobs of a queue', async () => {
    const store = new TypeormJobStore(catalog);
    const command = { kind: 'drill', scopeName: 'full', backupId: null } as const;
    const job = await store.add({
      jobId: newBackupId(),
      command,
      requestedBy: null,
      createdAt: clock.now(),
    });
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    const handler = jobAlarms().watching(() => Promise.reject(new BackupError('restore_failed', 'no')));
    expect(await kindOf(handler({ ...job, attempt: 1 }, command, options))).toBe('restore_failed');
    expect(await openKinds()).toEqual(['drill_failed']);
  });

  it('waits for the last attempt of a job that is tried again', async () => {
    const store = new TypeormJobStore(catalog);
    const command = { kind: 'backup', scopeName: 'full', name: null, compression: 'zstd', jobs: 1 } as const;
    const job = await store.add({
      jobId: newBackupId(),
      command,
      requestedBy: null,
      createdAt: clock.now(),
    });
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    const handler = jobAlarms().watching(() => Promise.reject(new BackupError('unavailable', 'away')));
    expect(await kindOf(handler({ ...job, attempt: 1 }, command, options))).toBe('unavailable');
    expect(await openKinds()).toEqual([]);
    expect(await kindOf(handler({ ...job, attempt: 3 }, command, options))).toBe('unavailable');
    expect(await openKinds()).toEqual(['backup_failed']);
  });
});

describe('WatchOver', () => {
  async function watch(...sources: ConstructorParameters<typeof WatchOver>[0]): Promise<void> {
    await new WatchOver(sources, outbox, raise, clock, log).run();
  }

  it('raises what is wrong, ends what is not any more, and leaves what it cannot see', async () => {
    let causes: readonly AlarmCause[] | null = [sampleCause('backup_overdue'), sampleCause('drill_failed')];
    const source = {
      name: 'a part',
      kinds: ['backup_overdue', 'drill_failed'] as const,
      look: () =>
        causes === null ? Promise.reject(new BackupError('unavailable', 'away')) : Promise.resolve(causes),
    };
    await raise.raise(sampleCause('copy_failed'));
    await watch(source);
    expect(await openKinds()).toEqual(['backup_overdue', 'copy_failed', 'drill_failed']);
    clock.advance(MINUTE_MS);
    causes = null;
    await watch(source);
    expect(await openKinds()).toEqual(['backup_overdue', 'copy_failed', 'drill_failed']);
    causes = [sampleCause('drill_failed')];
    await watch(source);
    expect(await openKinds()).toEqual(['copy_failed', 'drill_failed']);
  });

  it('does not end what a job has told a moment ago', async () => {
    await raise.raise(sampleCause('backup_failed'));
    await watch({ name: 'late', kinds: ['backup_failed'], look: () => Promise.resolve([]) });
    expect(await openKinds()).toEqual(['backup_failed']);
  });

  it('finds types whose last backup failed, in the real store', async () => {
    const store = new TypeormJobStore(catalog);
    const backUp = async (scopeName: string, state: 'success' | 'failed'): Promise<string> => {
      const jobId = newBackupId();
      clock.advance(MINUTE_MS);
      const command = { kind: 'backup', scopeName, name: null, compression: 'zstd', jobs: 1 } as const;
      await store.add({ jobId, command, requestedBy: null, createdAt: clock.now() });
      await store.claim(jobId, 'worker');
      const error = { kind: 'unavailable', message: 'away', context: {} } as const;
      await store.settle(jobId, state === 'success' ? { state, report: null } : { state, error });
      return jobId;
    };
    await backUp('full', 'success');
    const failed = await backUp('full', 'failed');
    await backUp('students', 'failed');
    await backUp('students', 'success');
    const causes = await new FailedBackups(store, scopes).look();
    expect(causes).toEqual([
      {
        kind: 'backup_failed',
        subject: 'full',
        facts: { name: null, jobId: failed, error: 'unavailable' },
      },
    ]);
  });

  it('has no trouble with a damaged backup any more once it was deleted', async () => {
    const store = new TypeormJobStore(catalog);
    const jobId = newBackupId();
    const command = { kind: 'backup', scopeName: 'full', name: null, compression: 'zstd', jobs: 1 } as const;
    await store.add({ jobId, command, requestedBy: null, createdAt: clock.now() });
    await store.claim(jobId, 'worker');
    await store.settle(jobId, { state: 'success', report: null });
    const facts = { file: 'full.json', destination: null };
    await raise.raise({ kind: 'copy_damaged', subject: jobId, facts });
    await raise.raise({ kind: 'copy_damaged', subject: newBackupId(), facts });
    clock.advance(MINUTE_MS);
    const source = new DamagedBackups(
      outbox,
      store,
      new TestDestinations({ local: new MemoryStorage() }),
      new MemoryCopyStore(),
    );
    await watch(source);
    expect(await openKinds()).toEqual(['copy_damaged', 'copy_damaged']);
    await new TypeormCatalog(catalog).markDeleted(jobId, clock.now());
    clock.advance(MINUTE_MS);
    await watch(source);
    expect(await openKinds()).toEqual(['copy_damaged']);
  });

  it('finds types whose last drill failed; one that has tried nothing does not count', async () => {
    const store = new TypeormJobStore(catalog);
    const drill = async (scopeName: string, failure: ErrorKind | null): Promise<void> => {
      const jobId = newBackupId();
      clock.advance(MINUTE_MS);
      const command = { kind: 'drill', scopeName, backupId: null } as const;
      await store.add({ jobId, command, requestedBy: null, createdAt: clock.now() });
      await store.claim(jobId, 'worker');
      await store.settle(
        jobId,
        failure === null
          ? { state: 'success', report: null }
          : { state: 'failed', error: { kind: failure, message: 'no', context: {} } },
      );
    };
    await drill('full', null);
    await drill('full', 'wrong_key');
    await drill('full', 'not_found');
    await drill('students', 'restore_failed');
    await drill('students', null);
    const source = new FailedDrills(store, scopes);
    const cause = {
      kind: 'drill_failed',
      subject: 'full',
      facts: { backupId: null, error: 'wrong_key' },
    } as const;
    expect(await source.look()).toEqual([cause]);
    await watch(source);
    clock.advance(7 * 24 * HOUR_MS);
    await drill('full', 'wrong_key');
    await deliver.run();
    expect(email.said).toEqual(['raised drill_failed:full']);
    await drill('full', null);
    await watch(source);
    expect(await openKinds()).toEqual([]);
  });

  const destinations = new TestDestinations({ local: new MemoryStorage(), usb: new MemoryStorage() });

  function copyIn(destination: string, more: Partial<Copy>): Copy {
    const facts = {
      backupId: newBackupId(),
      destination,
      file: 'full.json',
      sizeBytes: 1,
      digest: 'sha256:0',
    };
    const never = {
      destinations: null,
      storedAt: null,
      verifiedAt: null,
      attempts: 0,
      nextTryAt: clock.now(),
      error: null,
    };
    return { ...facts, ...never, state: 'failed', ...more };
  }

  it('has one owner for what is damaged: what a verify has told, and what copies say, end by themselves', async () => {
    const copies = new MemoryCopyStore();
    const told = newBackupId();
    await raise.raise({ kind: 'copy_damaged', subject: told, facts: { file: 'a.json', destination: null } });
    const lost = copyIn('usb', { state: 'damaged' });
    await copies.save(lost);
    await copies.save(copyIn('attic', { state: 'missing' }));
    const sources = [
      new DamagedBackups(outbox, new TypeormJobStore(catalog), destinations, copies),
      new FailedCopies(destinations, copies),
    ];
    const subjects = async () =>
      (await outbox.find({ open: true })).items.map(({ alarm }) => alarm.subject).sort();
    await watch(...sources);
    expect(await subjects()).toEqual([told, `${lost.backupId} usb`].sort());
    clock.advance(MINUTE_MS);
    await watch(...sources);
    expect(await subjects()).toEqual([told, `${lost.backupId} usb`].sort());
    await copies.save({ ...lost, state: 'stored' });
    clock.advance(MINUTE_MS);
    await watch(...sources);
    expect(await subjects()).toEqual([told]);
    await raise.resolve({ kind: 'copy_damaged', subject: told });
    clock.advance(MINUTE_MS);
    await watch(...sources);
    expect(await subjects()).toEqual([]);
  });

  it.each([
    ['has failed three times', { attempts: 3 }, true],
    ['has failed twice', { attempts: 2 }, false],
    ['nobody gets as far as trying', { attempts: 1, lateMs: 15 * MINUTE_MS }, true],
    ['is tried soon', { attempts: 1, lateMs: 14 * MINUTE_MS }, false],
    ['waits for six hours', { state: 'pending', lateMs: 6 * HOUR_MS }, true],
    ['waits for others', { state: 'pending', lateMs: 5 * HOUR_MS }, false],
    ['is there', { state: 'stored', attempts: 9 }, false],
    ['belongs to a destination of the past', { destination: 'attic', attempts: 9 }, false],
  ] as const)('says of a copy that %s whether it is trouble', async (_what, given, trouble) => {
    const {
      lateMs = 0,
      destination = 'usb',
      ...more
    } = { lateMs: undefined, destination: undefined, ...given };
    const copies = new MemoryCopyStore();
    const nextTryAt = new Date(clock.now().getTime() - lateMs);
    await copies.save(copyIn(destination, { nextTryAt, ...more }));
    expect(await new FailedCopies(destinations, copies).look(clock.now())).toEqual(
      trouble
        ? [{ kind: 'copy_failed', subject: 'usb', facts: { file: 'full.json', error: 'unavailable' } }]
        : [],
    );
  });

  it('tells of deletes that fail until a later attempt succeeds, and of copies that stay where they are', async () => {
    const copies = new MemoryCopyStore();
    const retention = new TypeormRetentionStore(catalog);
    const source = new FailedDeletes(outbox, retention, destinations, copies);
    const backupId = newBackupId();
    await retention.noteFailedDelete({ backupId, file: 'old.json', problem: 'read-only' }, clock.now());
    const owed = copyIn('usb', { state: 'removed', attempts: 3 });
    await copies.save(owed);
    expect(await source.look()).toEqual([
      { kind: 'retention_failed', subject: 'cleanup', facts: { backups: 1 } },
      { kind: 'retention_failed', subject: 'usb', facts: { backups: 1 } },
    ]);
    await watch(source);
    await retention.forgetFailedDelete(backupId);
    await copies.save({ ...owed, nextTryAt: null });
    clock.advance(MINUTE_MS);
    await watch(source);
    expect(await openKinds()).toEqual([]);
    // One that failed as a whole is over with the next.
    await raise.raise({ kind: 'retention_failed', subject: 'cleanup', facts: { backups: 0 } });
    clock.advance(MINUTE_MS);
    await watch(source);
    expect(await openKinds()).toEqual(['retention_failed']);
  });

  it('takes a backup for read whose copies are read in turn', async () => {
    const store = new TypeormJobStore(catalog);
    const copies = new MemoryCopyStore();
    const jobId = newBackupId();
    const command = { kind: 'backup', scopeName: 'full', name: null, compression: 'zstd', jobs: 1 } as const;
    await store.add({ jobId, command, requestedBy: null, createdAt: clock.now() });
    await store.claim(jobId, 'worker');
    await store.settle(jobId, { state: 'success', report: null });
    clock.advance(36 * 24 * HOUR_MS);
    const source = new UnverifiedBackups(store, copies, scopes, 35);
    expect(await source.look(clock.now())).toHaveLength(1);
    await copies.save({ ...copyIn('usb', { state: 'stored', verifiedAt: clock.now() }), backupId: jobId });
    expect(await source.look(clock.now())).toEqual([]);
  });

  it('finds types without a recent backup; one that leaves nothing out counts for all', async () => {
    const [full, students] = [scopes[0], scopes[1]];
    if (full === undefined || students === undefined) throw new Error('no types');
    await audit.record(auditEvent());
    const status = (...ages: (number | null)[]) => ({
      run: () =>
        Promise.resolve({
          newest: {
            reachable: true,
            value: ages.map((hours, index) => ({
              scope: [full, students][index],
              record:
                hours === null ? null : { finishedAt: new Date(clock.now().getTime() - hours * HOUR_MS) },
            })),
          },
        } as unknown as ServerStatusResult),
    });
    let scheduled: Partial<MeasuredPromise> = {};
    const promises = {
      run: () =>
        Promise.resolve([{ scopeName: 'students', scheduled: false, ...scheduled } as MeasuredPromise]),
    };
    const overdue = async (...ages: (number | null)[]) =>
      (await new OverdueBackups(status(...ages), promises, audit, 26).look(clock.now())).map(
        ({ subject }) => subject,
      );
    const leavesNothingOut = full.include.includes('*') && full.exclude.length === 0;
    expect(await overdue(1, 100)).toEqual(leavesNothingOut ? [] : ['students']);
    expect(await overdue(27, 100)).toEqual(['full', 'students']);
    expect(await overdue(27, 1)).toEqual(['full']);
    // A weekly schedule is not late on the second day, nor an hourly one in time for having run yesterday.
    scheduled = { scheduled: true, overdue: false };
    expect(await overdue(27, 100)).toEqual(['full']);
    scheduled = { scheduled: true, overdue: true };
    expect(await overdue(1, 1)).toEqual(['students']);
    scheduled = {};
    // Nothing yet: it is the first day.
    expect(await overdue(null, null)).toEqual([]);
    clock.advance(27 * HOUR_MS);
    expect(await overdue(null, null)).toEqual(['full', 'students']);
  });

  it('finds somebody who guesses passwords, by name and by address', async () => {
    const refuse = (name: string, subject: string | null, address: string) =>
      audit.record(
        auditEvent({
          actor: { userId: null, name, channel: 'api', address, tokenId: null },
          action: 'session.sign_in',
          outcome: 'refused',
          subject,
        }),
      );
    for (let attempt = 0; attempt < 8; attempt += 1) await refuse('asha', 'id', `192.0.2.${attempt}`);
    for (let attempt = 0; attempt < 7; attempt += 1) await refuse('unknown', null, '198.51.100.1');
    const look = () => new SignInAttacks(audit).look(clock.now());
    expect((await look()).map(({ subject }) => subject)).toEqual(['user:asha']);
    await refuse('unknown', null, '198.51.100.1');
    expect((await look()).map(({ subject }) => subject).sort()).toEqual([
      'address:198.51.100.1',
      'user:asha',
    ]);
    clock.advance(HOUR_MS);
    expect(await look()).toEqual([]);
  });

  it('finds that somebody has tampered with the audit log', async () => {
    for (let number = 0; number < 3; number += 1) await audit.record(auditEvent());
    expect(await new AuditChain(audit).look(clock.now())).toEqual([]);
    await query(
      database.url,
      `ALTER TABLE satchel.audit_event DISABLE TRIGGER USER; UPDATE satchel.audit_event SET subject = 'x' WHERE number = 2`,
    );
    expect(await new AuditChain(audit).look(clock.now())).toMatchObject([
      { kind: 'audit_broken', facts: { problems: 1, firstNumber: 2 } },
    ]);
  });
});

describe('TestAlarms and ReadAlarms', () => {
  const actor = shellActor('asha');

  it('try every channel, say what became of it, and record who did', async () => {
    slack.failure = new BackupError('validation_error', 'no such hook');
    const channels = new AlarmChannels([email, slack]);
    const tested = await new TestAlarms(outbox, channels, audit, clock).run(actor);
    expect(tested.map(({ channel, problem }) => [channel, problem])).toEqual([
      ['email', null],
      ['slack', 'no such hook'],
    ]);
    expect((await audit.find({ action: 'alarm.test' })).items).toMatchObject([
      { actor: { name: 'asha' }, outcome: 'success', details: { delivered: ['email'], failed: ['slack'] } },
    ]);
    const read = new ReadAlarms(outbox, channels, audit, clock);
    expect(await read.channelStatus()).toMatchObject([
      { channel: 'email', lastDeliveredAt: clock.now(), failures: 0 },
      { channel: 'slack', lastProblem: 'no such hook', failures: 1 },
    ]);
  });

  it('say so where nothing is set up', async () => {
    const test = new TestAlarms(outbox, new AlarmChannels([]), audit, clock);
    expect(await kindOf(test.run(actor))).toBe('conflict');
  });

  it('record who knows', async () => {
    await raise.raise(sampleCause('backup_failed'));
    const read = new ReadAlarms(outbox, new AlarmChannels([email]), audit, clock);
    const [found] = (await read.find({})).items;
    await read.acknowledge(found?.alarm.alarmId ?? '', actor);
    expect(await kindOf(read.acknowledge(newBackupId(), actor))).toBe('not_found');
    expect((await audit.find({ action: 'alarm.acknowledge' })).items.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'success',
    ]);
  });
});
