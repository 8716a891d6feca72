import type {
  AuditLog,
  BackupId,
  Clock,
  Copy,
  CopyStore,
  Destinations,
  Manifest,
  OpenDestination,
  RunOptions,
  StorageKey,
} from '@satchel/domain';
import {
  BackupError,
  belongsIn,
  isDue,
  manifestKey,
  nextTry,
  SYSTEM_ACTOR,
  throwIfCancelled,
  toBackupError,
  toJobError,
} from '@satchel/domain';
import { AuditTrail } from '../audit-trail.js';
import { readStoredManifest } from '../stored-manifests.js';
import type { CopyRemoval } from './copy-removal.js';
import { holds, lookInto, type Look } from './look-into-destination.js';
import { factsOf, transferCopy, UselessSource, type StoredForm } from './transfer-copy.js';

export interface KeepCopiesResult {
  /** Copies that were brought to where they belong. */
  readonly stored: number;
  /** Removals that were owed, and are done. */
  readonly removed: number;
  /** Copies and removals that failed and are tried again. */
  readonly failed: number;
  /** What did not go as it should, for a person. */
  readonly warnings: readonly string[];
}

export interface KeepCopiesOptions extends RunOptions {
  /** Also what has failed and has a pause before its next attempt: a person asks, who has mended something. */
  readonly atOnce?: boolean;
}

/** A copy that is to be brought to a destination, and where it may come from, best first. */
interface Task {
  readonly form: StoredForm;
  readonly to: OpenDestination;
  readonly from: readonly OpenDestination[];
  readonly before: Copy | null;
}

interface Tally {
  stored: number;
  removed: number;
  failed: number;
  readonly warnings: string[];
}

/**
 * Sees to it that every good backup is in every destination that it is meant for, and that deleted ones are in none.
 *
 * Destinations are worked on side by side, in each one backup after another: one that is slow or out of reach stops no
 * other. What fails is tried again after a pause that grows. Of several processes one works on a copy.
 */
export class KeepCopies {
  constructor(
    private readonly destinations: Destinations,
    private readonly copies: CopyStore,
    private readonly removal: CopyRemoval,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks through all destinations.
   *
   * @throws BackupError `unavailable` if what is known of copies is out of reach, `cancelled`
   */
  async run(options: KeepCopiesOptions = {}): Promise<KeepCopiesResult> {
    const tally: Tally = { stored: 0, removed: 0, failed: 0, warnings: [] };
    const owed = await this.removal.retry(options);
    tally.removed += owed.removed;
    tally.failed += owed.failed;
    tally.warnings.push(...owed.warnings);
    // What is known first: what is deleted while we look is then not taken for something new.
    const known = await this.copies.find();
    const looks = await Promise.all(this.destinations.all.map(lookInto));
    for (const { destination, problem } of looks) {
      if (problem) tally.warnings.push(`The destination ${destination.name}: ${problem.message}`);
    }
    await this.#bring(await this.#plan(known, looks, options), options, tally);
    return tally;
  }

  /**
   * Brings a backup that has just been made to the other destinations that it is meant for. The backup stands whatever happens here: what goes
   * wrong is a warning.
   *
   * @throws BackupError `cancelled`
   */
  async afterBackup(manifest: Manifest, options: RunOptions = {}): Promise<KeepCopiesResult> {
    const tally: Tally = { stored: 0, removed: 0, failed: 0, warnings: [] };
    const form = storedForm(manifest);
    const [primary] = this.destinations.all;
    const others = this.destinations.all.slice(1).filter(({ name }) => this.#belongs(form, name));
    try {
      const now = this.clock.now();
      // It was read back when it was written.
      await this.copies.save(stored(form, primary.name, now, now));
      const tasks = others.map(to => ({ form, to, from: [primary], before: null }));
      for (const { to } of tasks) await this.copies.save(waiting(form, to.name, 'pending', now));
      await this.#bring(tasks, options, tally);
    } catch (thrown) {
      throwIfCancelled(options.signal);
      tally.failed += others.length;
      // Without others nothing is left undone, and whoever made the backup has told that the catalog is away.
      if (others.length > 0) {
        tally.warnings.push(
          `The copies in other destinations could not be noted: ${toBackupError(thrown).message}`,
        );
      }
    }
    return tally;
  }

  async #plan(
    copies: readonly Copy[],
    looks: readonly Look[],
    options: KeepCopiesOptions,
  ): Promise<readonly Task[]> {
    const known = new Map<string, Copy>();
    const forms = new Map<StorageKey, StoredForm>();
    const deleted = new Set<BackupId>();
    for (const copy of copies) {
      known.set(idOf(copy.file, copy.destination), copy);
      // A process of an older version, beside us during an update, repeats no choice.
      if (!forms.get(copy.file)?.destinations) forms.set(copy.file, copy);
      if (copy.state === 'removed') deleted.add(copy.backupId);
    }
    const tasks: Task[] = [];
    const files = new Set(looks.flatMap(look => [...look.archives.keys()].filter(file => holds(look, file))));
    for (const file of [...files, ...[...forms.keys()].filter(name => !files.has(name))]) {
      throwIfCancelled(options.signal);
      const form = forms.get(file) ?? (await readForm(file, looks, options.signal));
      if (form === null || deleted.has(form.backupId)) continue;
      tasks.push(...(await this.#planOne(form, looks, known, options)));
    }
    return tasks;
  }

  /** Notes what is there and what is not, and says what is to be done for one backup. */
  async #planOne(
    form: StoredForm,
    looks: readonly Look[],
    known: ReadonlyMap<string, Copy>,
    { atOnce = false }: KeepCopiesOptions,
  ): Promise<readonly Task[]> {
    const now = this.clock.now();
    const copyIn = (look: Look) => known.get(idOf(form.file, look.destination.name)) ?? null;
    const isThere = (look: Look) => holds(look, form.file) && look.archives.get(form.file) === form.sizeBytes;
    const from = looks
      .filter(look => isThere(look) && copyIn(look)?.state !== 'damaged')
      .map(({ destination }) => destination);
    const tasks: Task[] = [];
    for (const look of looks) {
      const { destination: to, problem } = look;
      const before = copyIn(look);
      if (!this.#belongs(form, to.name)) {
        await this.#letBe(before, problem !== null || isThere(look));
      } else if (problem !== null) {
        if (before === null || before.state === 'pending') await this.#noteOutOfReach(form, to, problem);
      } else if (isThere(look) && before?.state !== 'damaged') {
        // Revived: what was deleted once, and is there again, somebody has put there.
        if (before?.state !== 'stored')
          await this.copies.save(stored(form, to.name, now, null), { revive: true });
      } else {
        if (before === null) await this.copies.save(waiting(form, to.name, 'pending', now));
        const due = before?.state === 'stored' ? await this.#noteLoss(before, look) : before;
        if (from.length > 0 && (due === null || atOnce || isDue(due, now)))
          tasks.push({ form, to, from, before: due });
      }
    }
    return tasks;
  }

  #belongs({ destinations }: StoredForm, name: string): boolean {
    return belongsIn(destinations, name, this.destinations.all[0].name);
  }

  /** Nothing is expected of a destination that was left out; what is known to be good there is not taken away either. */
  async #letBe(copy: Copy | null, mayBeThere: boolean): Promise<void> {
    if (copy === null || (copy.state === 'stored' && mayBeThere)) return;
    await this.copies.forget(copy.backupId, copy.destination);
  }

  /** A copy that was there and is not any more, or not whole. */
  async #noteLoss(copy: Copy, look: Look): Promise<Copy> {
    const state = look.archives.has(copy.file) ? 'damaged' : 'missing';
    const kind = state === 'missing' ? 'not_found' : 'invalid_backup';
    const message =
      state === 'missing'
        ? `${copy.file} is not there any more; somebody has removed it.`
        : `${copy.file} has another size than its manifest says, or has lost its manifest.`;
    const lost = {
      ...copy,
      state,
      attempts: 0,
      nextTryAt: this.clock.now(),
      error: { kind, message, context: {} },
    } as const;
    await this.copies.save(lost);
    await new AuditTrail(this.audit).record(
      {
        actor: SYSTEM_ACTOR,
        action: 'copy.verify',
        subject: copy.backupId,
        details: { file: copy.file, destination: copy.destination, state },
      },
      'failed',
    );
    return lost;
  }

  async #bring(tasks: readonly Task[], options: RunOptions, tally: Tally): Promise<void> {
    const queues = new Map<string, Task[]>();
    for (const task of tasks) queues.set(task.to.name, [...(queues.get(task.to.name) ?? []), task]);
    const ended = await Promise.allSettled(
      [...queues.values()].map(queue => this.#inTurn(queue, options, tally)),
    );
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  async #inTurn(queue: readonly Task[], { signal }: RunOptions, tally: Tally): Promise<void> {
    for (const task of queue) {
      throwIfCancelled(signal);
      const { form, to } = task;
      const outcome = await this.copies.claim(form.backupId, to.name, () => this.#bringOne(task, signal));
      // Null: another process is at it.
      if (outcome === null) continue;
      if (outcome === 'stored') {
        tally.stored += 1;
        continue;
      }
      tally.failed += 1;
      tally.warnings.push(
        `The copy of ${form.file} in ${to.name} failed, and is tried again: ${outcome.message}`,
      );
      // Not every backup has to wait for the same network in turn; this one is asked again after its pause.
      if (outcome.kind === 'unavailable') return;
    }
  }

  async #bringOne(
    { form, to, from, before }: Task,
    signal: AbortSignal | undefined,
  ): Promise<'stored' | BackupError> {
    const [current] = await this.copies.find({ backupIds: [form.backupId], destination: to.name });
    if (current?.state === 'stored' || current?.state === 'removed') return 'stored';
    try {
      await this.#fromAny(form, to, from, signal);
    } catch (thrown) {
      throwIfCancelled(signal);
      const error = toBackupError(thrown);
      const attempts = (current ?? before)?.attempts ?? 0;
      await this.#noteFailure(form, to, current ?? before, attempts + 1, error);
      return error;
    }
    const now = this.clock.now();
    const kept = await this.copies.save(stored(form, to.name, now, now));
    // The backup was deleted meanwhile.
    if (!kept) await removeBoth(to, form.file);
    else if (before?.state === 'damaged' || before?.state === 'missing')
      await this.#noteReplaced(form, to, before);
    return 'stored';
  }

  /** @throws BackupError what the target throws, or what is wrong with the last source */
  async #fromAny(
    form: StoredForm,
    to: OpenDestination,
    from: readonly OpenDestination[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let problem = new BackupError('not_found', `No destination has a good copy of ${form.file}.`, {
      backupId: form.backupId,
    });
    for (const source of from) {
      if (source.name === to.name) continue;
      try {
        await transferCopy(form, source.storage, to.storage, signal);
        return;
      } catch (thrown) {
        if (!(thrown instanceof UselessSource)) throw thrown;
        problem = thrown.problem;
        if (thrown.damaged) await this.#noteDamagedSource(form, source, problem);
      }
    }
    throw problem;
  }

  async #noteDamagedSource(form: StoredForm, source: OpenDestination, problem: BackupError): Promise<void> {
    const [copy] = await this.copies.find({ backupIds: [form.backupId], destination: source.name });
    const now = this.clock.now();
    await this.copies.save({
      ...stored(form, source.name, now, null),
      storedAt: copy?.storedAt ?? null,
      verifiedAt: copy?.verifiedAt ?? null,
      state: 'damaged',
      nextTryAt: now,
      error: toJobError(problem),
    });
    await new AuditTrail(this.audit).record(
      {
        actor: SYSTEM_ACTOR,
        action: 'copy.verify',
        subject: form.backupId,
        details: { file: form.file, destination: source.name, state: 'damaged' },
      },
      'failed',
    );
  }

  async #noteFailure(
    form: StoredForm,
    to: OpenDestination,
    before: Copy | null,
    attempts: number,
    error: BackupError,
  ): Promise<void> {
    // A copy that is known to be damaged or missing stays so until it is replaced.
    const lost = before?.state === 'damaged' || before?.state === 'missing';
    await this.copies.save({
      ...waiting(form, to.name, 'failed', nextTry(attempts, this.clock.now())),
      ...(lost ? { state: before.state, storedAt: before.storedAt, verifiedAt: before.verifiedAt } : {}),
      attempts,
      error: toJobError(error),
    });
  }

  /** It is not an attempt: nothing was sent, and it is tried as soon as somebody answers there. */
  async #noteOutOfReach(form: StoredForm, { name }: OpenDestination, problem: BackupError): Promise<void> {
    await this.copies.claim(form.backupId, name, async () => {
      const [current] = await this.copies.find({ backupIds: [form.backupId], destination: name });
      if (current !== undefined && current.state !== 'pending') return;
      const nextTryAt = current?.nextTryAt ?? this.clock.now();
      await this.copies.save({
        ...waiting(form, name, 'failed', nextTryAt),
        attempts: current?.attempts ?? 0,
        error: toJobError(problem),
      });
    });
  }

  async #noteReplaced(form: StoredForm, to: OpenDestination, before: Copy): Promise<void> {
    await new AuditTrail(this.audit).record(
      {
        actor: SYSTEM_ACTOR,
        action: 'copy.replace',
        subject: form.backupId,
        details: { file: form.file, destination: to.name, state: before.state },
      },
      'success',
    );
  }
}

export function storedForm({ header, stored, destinations }: Manifest): StoredForm {
  const { file, sizeBytes, digest } = stored;
  return { backupId: header.backup.id, file, sizeBytes, digest, destinations: destinations ?? null };
}

/** The archive first: stopped between the two, the next attempt finds the manifest and finishes. */
export async function removeBoth({ storage }: OpenDestination, file: StorageKey): Promise<void> {
  await storage.remove(file);
  await storage.remove(manifestKey(file));
}

/** A backup that nothing is known of yet, by its manifest. @returns null if no manifest of it can be read */
async function readForm(
  file: StorageKey,
  looks: readonly Look[],
  signal: AbortSignal | undefined,
): Promise<StoredForm | null> {
  for (const look of looks) {
    if (!holds(look, file)) continue;
    try {
      const manifest = await readStoredManifest(look.destination.storage, manifestKey(file), signal);
      const complete = manifest.stored.file === file && look.archives.get(file) === manifest.stored.sizeBytes;
      if (complete) return storedForm(manifest);
    } catch (thrown) {
      throwIfCancelled(signal);
      toBackupError(thrown);
    }
  }
  return null;
}

function stored(form: StoredForm, destination: string, storedAt: Date, verifiedAt: Date | null): Copy {
  return {
    ...factsOf(form, destination),
    state: 'stored',
    storedAt,
    verifiedAt,
    attempts: 0,
    nextTryAt: null,
    error: null,
  };
}

function waiting(form: StoredForm, destination: string, state: 'pending' | 'failed', nextTryAt: Date): Copy {
  const facts = factsOf(form, destination);
  return { ...facts, state, storedAt: null, verifiedAt: null, attempts: 0, nextTryAt, error: null };
}

function idOf(file: StorageKey, destination: string): string {
  return `${destination}\n${file}`;
}
