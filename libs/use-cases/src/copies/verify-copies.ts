import type {
  AuditLog,
  BackupId,
  Clock,
  Copy,
  CopyStore,
  Destinations,
  OpenDestination,
  RunOptions,
} from '@satchel/domain';
import { BackupError, SYSTEM_ACTOR, throwIfCancelled, toBackupError, toJobError } from '@satchel/domain';
import { AuditTrail } from '../audit-trail.js';
import type { KeepCopies } from './keep-copies.js';
import { readManifestBytes, storedDigest } from './transfer-copy.js';

export interface VerifyCopiesResult {
  readonly read: number;
  /** Copies that are damaged or missing. */
  readonly lost: number;
  readonly replaced: number;
  readonly warnings: readonly string[];
}

const DAY_MS = 86_400_000;

/** In the last part of its time a copy is due: so that there is time to read it although the storage is away for a while. */
const DUE_SHARE = 0.75;

/** How often it is run, at least; decides how much of everything one run must read. */
const RUNS_PER_DAY = 24;

/**
 * Reads stored copies again, each at least every so many days, those read longest ago first, as much in one run as is needed
 * to be through in time. One that is damaged or missing is marked, and replaced from a destination that has a good one.
 */
export class VerifyCopies {
  constructor(
    private readonly destinations: Destinations,
    private readonly copies: CopyStore,
    private readonly keep: KeepCopies,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly everyDays: number,
  ) {}

  /** @throws BackupError `unavailable` if what is known of copies is out of reach, `cancelled` */
  async run(options: RunOptions = {}): Promise<VerifyCopiesResult> {
    const { due, budgetBytes } = await this.#plan();
    const warnings: string[] = [];
    let read = 0;
    let readBytes = 0;
    let lost = 0;
    for (const { copy, destination } of due) {
      // One in any case, however large it is.
      if (read > 0 && readBytes + copy.sizeBytes > budgetBytes) break;
      throwIfCancelled(options.signal);
      const outcome = await this.copies.claim(copy.backupId, copy.destination, () =>
        this.#verify(copy, destination, options.signal),
      );
      if (outcome === null) continue;
      read += 1;
      readBytes += copy.sizeBytes;
      if (outcome === 'good') continue;
      warnings.push(outcome.message);
      if (outcome.kind !== 'unavailable') lost += 1;
    }
    const kept = lost === 0 ? null : await this.keep.run(options);
    return { read, lost, replaced: kept?.stored ?? 0, warnings: [...warnings, ...(kept?.warnings ?? [])] };
  }

  /**
   * Reads one copy again now, since somebody has found it wanting, and has it replaced if it is. One that nothing is known of is
   * left to the next look into its destination.
   *
   * @throws BackupError as `run` does
   */
  async recheck(backupId: BackupId, name: string, options: RunOptions = {}): Promise<void> {
    const destination = this.destinations.all.find(one => one.name === name);
    const [copy] = await this.copies.find({ backupIds: [backupId], destination: name, states: ['stored'] });
    if (destination === undefined || copy === undefined) return;
    const outcome = await this.copies.claim(backupId, name, () =>
      this.#verify(copy, destination, options.signal),
    );
    if (outcome instanceof BackupError && outcome.kind !== 'unavailable') await this.keep.run(options);
  }

  async #plan() {
    const byName = new Map(this.destinations.all.map(destination => [destination.name, destination]));
    const stored = (await this.copies.find({ states: ['stored'] })).flatMap(copy => {
      const destination = byName.get(copy.destination);
      return destination === undefined ? [] : [{ copy, destination }];
    });
    const dueBefore = this.clock.now().getTime() - this.everyDays * DUE_SHARE * DAY_MS;
    const allBytes = stored.reduce((sum, { copy }) => sum + copy.sizeBytes, 0);
    const runs = this.everyDays * (1 - DUE_SHARE) * RUNS_PER_DAY;
    return {
      due: stored.filter(({ copy }) => lastReadMs(copy) <= dueBefore),
      budgetBytes: Math.ceil(allBytes / runs),
    };
  }

  async #verify(
    copy: Copy,
    { name, storage }: OpenDestination,
    signal: AbortSignal | undefined,
  ): Promise<'good' | BackupError> {
    const error = await findProblem(copy, storage, signal);
    throwIfCancelled(signal);
    const now = this.clock.now();
    if (error === null) {
      await this.copies.save({ ...copy, verifiedAt: now, error: null });
      return 'good';
    }
    const told = new BackupError(error.kind, `The copy of ${copy.file} in ${name}: ${error.message}`, {
      backupId: copy.backupId,
      destination: name,
    });
    if (error.kind === 'unavailable') {
      // It may well be good: that it could not be read is noted, and it stays the first to be read.
      await this.copies.save({ ...copy, error: toJobError(error) });
      return told;
    }
    const state = error.kind === 'not_found' ? 'missing' : 'damaged';
    await this.copies.save({ ...copy, state, attempts: 0, nextTryAt: now, error: toJobError(error) });
    await new AuditTrail(this.audit).record(
      {
        actor: SYSTEM_ACTOR,
        action: 'copy.verify',
        subject: copy.backupId,
        details: { file: copy.file, destination: name, state },
      },
      'failed',
    );
    return told;
  }
}

/** @returns null if archive and manifest are what they should be */
async function findProblem(
  copy: Copy,
  storage: OpenDestination['storage'],
  signal: AbortSignal | undefined,
): Promise<BackupError | null> {
  try {
    await readManifestBytes(copy, storage, signal);
    if ((await storedDigest(storage, copy.file, signal)) === copy.digest) return null;
    return new BackupError('invalid_backup', 'its bytes are not those that were stored.');
  } catch (thrown) {
    const error = toBackupError(thrown);
    if (error.kind === 'system_error') throw error;
    return error;
  }
}

function lastReadMs({ verifiedAt, storedAt }: Copy): number {
  return (verifiedAt ?? storedAt)?.getTime() ?? Number.NEGATIVE_INFINITY;
}
