import { CatalogDatabase, TypeormAuditLog, TypeormCatalog } from '@satchel/catalog';
import {
  BackupError,
  NO_ROWS,
  RestoreTarget,
  type Relation,
  type RestorePlan,
  type RestoreRequest,
  type TargetSession,
} from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import { FixedClock } from '@satchel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { storedFile } from './backup-file.js';
import { RestoreBackup, type RestoreBackupCommand } from './restore-backup.js';
import { storeArchive } from './store-archive.js';
import { OneKey } from './testing/one-key.js';
import { PUPIL_ROWS, PUPILS, pupilsSession } from './testing/pupils-session.js';

/** Keeps the port's contract over no database: what it was asked, and sessions that fail in their plan where told to. */
class WitnessTarget extends RestoreTarget {
  readonly log: string[] = [];

  constructor(private readonly fails: (request: RestoreRequest) => { needsCare: boolean } | null) {
    super();
  }

  override relations(): Promise<readonly Relation[]> {
    return Promise.resolve([PUPILS]);
  }

  override begin(request: RestoreRequest): Promise<TargetSession> {
    const { log } = this;
    const failure = this.fails(request);
    log.push(request.careful === true ? 'begin with care' : 'begin');
    const plan: RestorePlan = {
      mode: request.mode,
      duplicateStrategy: request.duplicateStrategy,
      relations: [],
      totals: NO_ROWS,
      differences: [],
    };
    return Promise.resolve({
      differences: [],
      needsCare: failure?.needsCare ?? false,
      async stage(_relation, rows) {
        let count = 0;
        for await (const batch of rows) count += batch.rows;
        log.push(`stage ${count}`);
      },
      plan: () =>
        failure === null
          ? Promise.resolve(plan)
          : Promise.reject(new BackupError('restore_failed', 'A row.')),
      changes: () => Promise.resolve(new Map()),
      openBefore: () => Promise.resolve(null),
      transactionId: () => Promise.resolve('1'),
      apply: () => Promise.resolve(plan),
      commit() {
        log.push('commit');
        return Promise.resolve();
      },
      rollback() {
        log.push('rollback');
        return Promise.resolve();
      },
    });
  }
}

describe('RestoreBackup', () => {
  const storage = new MemoryStorage();
  const keyRing = new OneKey();
  const clock = new FixedClock(new Date('2026-03-31T12:00:00.000Z'));
  let command: RestoreBackupCommand;

  beforeEach(async () => {
    const backup = { id: crypto.randomUUID(), type: 'full', name: null, createdBy: null, product: 'test' };
    const facts = {
      backup,
      startedAt: clock.now(),
      compression: 'none',
      encryptFor: null,
      phase: 'reading',
    } as const;
    const manifest = await storeArchive(pupilsSession(), facts, { storage, keyRing, clock }, {});
    command = {
      restoreId: crypto.randomUUID(),
      file: await storedFile(storage, manifest.stored.file),
      mode: 'merge',
      duplicateStrategy: 'update',
      allowMissing: false,
      fill: {},
      safetyBackup: true,
      dryRun: false,
      sampleRows: 0,
      requestedBy: null,
    };
  });

  async function run(target: RestoreTarget): Promise<unknown> {
    // Neither is within reach: a restore does without them.
    const database = new CatalogDatabase('postgresql://nobody@127.0.0.1:1/nowhere');
    const catalog = new TypeormCatalog(database);
    const audit = new TypeormAuditLog(database, keyRing);
    const scopes = { scopes: [], restricted: [], fill: {} };
    return await new RestoreBackup(
      scopes,
      target,
      storage,
      'here',
      catalog,
      audit,
      keyRing,
      clock,
      'test',
    ).run(command);
  }

  it('reads the file once where nothing is in the way', async () => {
    const target = new WitnessTarget(() => null);
    await run(target);
    expect(target.log).toEqual(['begin', `stage ${PUPIL_ROWS}`, 'commit', 'rollback']);
  });

  it('takes back what failed for want of care, and starts again with it', async () => {
    const target = new WitnessTarget(({ careful }) => (careful === true ? null : { needsCare: true }));
    await run(target);
    expect(target.log).toEqual([
      'begin',
      `stage ${PUPIL_ROWS}`,
      'rollback',
      'begin with care',
      `stage ${PUPIL_ROWS}`,
      'commit',
      'rollback',
    ]);
  });

  it('does not start again where care would not help, nor a third time', async () => {
    const hopeless = new WitnessTarget(() => ({ needsCare: false }));
    await expect(run(hopeless)).rejects.toThrow('A row.');
    expect(hopeless.log).toEqual(['begin', `stage ${PUPIL_ROWS}`, 'rollback']);
    const refused = new WitnessTarget(() => ({ needsCare: true }));
    await expect(run(refused)).rejects.toThrow('A row.');
    expect(refused.log.filter(line => line.startsWith('begin'))).toEqual(['begin', 'begin with care']);
  });
});
