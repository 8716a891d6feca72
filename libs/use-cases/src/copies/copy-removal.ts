import type {
  Clock,
  Copy,
  CopyStore,
  Destinations,
  OpenDestination,
  RunOptions,
  StorageKey,
} from '@satchel/domain';
import {
  belongsIn,
  isDue,
  manifestKey,
  nextTry,
  throwIfCancelled,
  toBackupError,
  toJobError,
} from '@satchel/domain';
import { factsOf, type StoredForm } from './transfer-copy.js';

export interface RemovalResult {
  readonly removed: number;
  readonly failed: number;
  readonly warnings: readonly string[];
}

/**
 * Removes deleted backups from all destinations. What is owed is noted before the first file goes, so that whatever happens
 * in between, nothing brings the backup back, and what could not be removed is removed later. Of a destination that the backup
 * was not meant for nothing is owed, unless a copy is known there; what somebody has put there goes if it can.
 */
export class CopyRemoval {
  constructor(
    private readonly destinations: Destinations,
    private readonly copies: CopyStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Deletes a backup's copies: `primary` is how the caller removes its own, the others follow. If that fails, nothing is
   * owed and nothing else is removed.
   *
   * @throws what `primary` throws
   */
  async around(form: StoredForm, primary: () => Promise<void>): Promise<RemovalResult> {
    const [own, ...others] = this.destinations.all;
    const warnings: string[] = [];
    // Null: nothing can be noted, and each attempt may have to wait for a server that does not answer.
    const before = await this.#owe(form).catch((thrown: unknown) => {
      warnings.push(
        `The copies of ${form.file} could not be noted as deleted: ${toBackupError(thrown).message}`,
      );
      return null;
    });
    try {
      await primary();
    } catch (thrown) {
      for (const copy of before ?? []) await this.copies.save(copy, { revive: true }).catch(() => undefined);
      throw thrown;
    }
    const now = this.clock.now();
    const noted = before !== null;
    if (noted) await this.#note({ ...owedCopy(form, own.name, now), nextTryAt: null });
    const expected = this.#expected(form, before ?? []);
    const done = await Promise.all(
      others.map(async other => {
        if (expected.has(other.name))
          return await this.#remove(owedCopy(form, other.name, now), other, noted);
        await removeFiles(other.storage, form.file).catch(() => undefined);
        return null;
      }),
    );
    const problems = done.filter(problem => problem !== null);
    return {
      removed: others.filter(({ name }) => expected.has(name)).length - problems.length,
      failed: problems.length,
      warnings: [...warnings, ...problems],
    };
  }

  /** Removes what is owed and due. @throws BackupError `unavailable` if what is owed cannot be asked for */
  async retry({
    signal,
    atOnce = false,
  }: RunOptions & { readonly atOnce?: boolean } = {}): Promise<RemovalResult> {
    const now = this.clock.now();
    const owed = (await this.copies.find({ states: ['removed'] })).filter(copy => atOnce || isDue(copy, now));
    let removed = 0;
    const warnings: string[] = [];
    for (const copy of owed) {
      throwIfCancelled(signal);
      const destination = this.destinations.all.find(({ name }) => name === copy.destination);
      // A destination that the settings do not name any more is nobody's business here.
      if (destination === undefined) continue;
      const problem = await this.#remove(copy, destination);
      if (problem === null) removed += 1;
      else warnings.push(problem);
    }
    return { removed, failed: warnings.length, warnings };
  }

  /** Whoever copies at this moment finds out when it is done. @returns what was known before */
  async #owe(form: StoredForm): Promise<readonly Copy[]> {
    const before = await this.copies.find({ backupIds: [form.backupId] });
    const now = this.clock.now();
    for (const name of this.#expected(form, before)) await this.copies.save(owedCopy(form, name, now));
    return before;
  }

  /** Where the backup is meant to be, and where a copy of it is known all the same. */
  #expected(form: StoredForm, known: readonly Copy[]): ReadonlySet<string> {
    const [{ name: primary }] = this.destinations.all;
    // Where its manifest is gone, what is known of its copies says the same.
    const destinations = known.find(copy => copy.destinations !== null)?.destinations ?? form.destinations;
    const has = new Set(known.map(({ destination }) => destination));
    return new Set(
      this.destinations.all
        .map(({ name }) => name)
        .filter(name => has.has(name) || belongsIn(destinations, name, primary)),
    );
  }

  /** @returns what went wrong, for a person; null if it is gone */
  async #remove(copy: Copy, { name, storage }: OpenDestination, noted = true): Promise<string | null> {
    try {
      await removeFiles(storage, copy.file);
    } catch (thrown) {
      const error = toBackupError(thrown);
      const attempts = copy.attempts + 1;
      const nextTryAt = nextTry(attempts, this.clock.now());
      if (noted) await this.#note({ ...copy, attempts, nextTryAt, error: toJobError(error) });
      return `${copy.file} could not be removed from ${name}${noted ? ', which is tried again' : ''}: ${error.message}`;
    }
    if (noted) await this.#note({ ...copy, nextTryAt: null, error: null });
    return null;
  }

  /** The file is gone, or not, whatever is noted of it; the next look finds out. */
  async #note(copy: Copy): Promise<void> {
    await this.copies.save(copy).catch(() => undefined);
  }
}

async function removeFiles(storage: OpenDestination['storage'], file: StorageKey): Promise<void> {
  await storage.remove(file);
  await storage.remove(manifestKey(file));
}

function owedCopy(form: StoredForm, destination: string, now: Date): Copy {
  return {
    ...factsOf(form, destination),
    state: 'removed',
    storedAt: null,
    verifiedAt: null,
    attempts: 0,
    nextTryAt: now,
    error: null,
  };
}
