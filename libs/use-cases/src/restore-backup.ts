import { readBackup } from '@satchel/archive';
import type {
  AuditLog,
  BackupCatalog,
  BackupHeader,
  BackupReader,
  BackupStorage,
  Clock,
  Compression,
  DatabaseDefinition,
  DuplicateStrategy,
  KeyRing,
  Origin,
  Relation,
  RelationTotal,
  RestoreMode,
  RestorePlan,
  RestoreTarget,
  RowBatch,
  RowChange,
  RunOptions,
  SafetyHeader,
  ScopeConfig,
  SourceHeader,
  TargetSession,
  UnlockKeys,
} from '@satchel/domain';
import {
  BackupError,
  manifestKey,
  newBackupId,
  planDigest,
  relationLabel,
  SYSTEM_ACTOR,
  throwIfCancelled,
  toBackupError,
  toJobError,
  totalByRelation,
} from '@satchel/domain';
import type { AuditedAction } from './audit/audited.js';
import { AuditTrail } from './audit-trail.js';
import type { BackupFile } from './backup-file.js';
import { BestEffortCatalog } from './best-effort-catalog.js';
import { keysToTry } from './keys-to-try.js';
import { readDefinition } from './read-definition.js';
import { refuseRestricted, restrictedTables } from './refuse-restricted.js';
import { storeArchive } from './store-archive.js';

export interface RestoreBackupCommand {
  readonly restoreId: string;
  readonly file: BackupFile;
  readonly mode: RestoreMode;
  readonly duplicateStrategy: DuplicateStrategy;
  /** Go on although file and database differ in tables or columns. */
  readonly allowMissing: boolean;
  /** `table.column` to the value that new rows get where the file lacks it. */
  readonly fill: Readonly<Record<string, string>>;
  /** Tables that grant power, asked for by name; see `ScopeConfig.restricted`. */
  readonly only?: readonly string[];
  /** Keep what is about to change, for an undo. */
  readonly safetyBackup: boolean;
  /** Build an empty database first, by the definition in the file; there is nothing to keep and nothing to look at then. */
  readonly createSchema?: { readonly trustForeign: boolean } | undefined;
  readonly dryRun: boolean;
  /** In a dry run: say which restricted tables have to be asked for by name, where they would be refused else. */
  readonly showRestricted?: boolean;
  /** Changed rows to show, at most, of each table and action. */
  readonly sampleRows: number;
  readonly requestedBy: string | null;
  /** For an encrypted file; those of the installation are tried as well. */
  readonly keys?: UnlockKeys | undefined;
  /** `planDigest` of the plan that a person saw and agreed to; whatever it may be if absent or null. */
  readonly agreedPlan?: string | null;
  /** Put the safety backup of a restore back; said by `UndoRestore` only. */
  readonly undo?: { readonly restoreId: string; readonly overwriteEdited: boolean };
}

export interface RestoreResult {
  readonly restoreId: string;
  readonly dryRun: boolean;
  /** What was done; what would be done, in a dry run. */
  readonly plan: RestorePlan;
  readonly changes: readonly { readonly relation: Relation; readonly changes: readonly RowChange[] }[];
  readonly format: BackupReader['format'];
  readonly compression: Compression;
  readonly origin: Origin;
  readonly backup: BackupHeader;
  readonly source: SourceHeader;
  /** What the file holds, whether or not the database has such tables. */
  readonly contents: readonly RelationTotal[];
  /** Tables that a restore would refuse to change unless they are asked for by name; filled only where `showRestricted` is set. */
  readonly restricted: readonly string[];
  readonly safetyBackup: { readonly backupId: string; readonly file: string } | null;
  readonly warnings: readonly string[];
}

export interface RestoreOptions extends RunOptions {
  /**
   * Asks a person, with the plan at hand and before anything is locked, whether to go on. What is done then is what was
   * shown: if the database has changed meanwhile, the restore ends as `conflict`.
   */
  readonly confirm?: ((plan: RestorePlan) => Promise<boolean>) | undefined;
}

/** Safety backups are written while others wait for the tables, so they are compressed the fast way. */
const SAFETY_COMPRESSION: Compression = 'zstd';

/**
 * Restores one backup, whole or not at all: stage → plan → keep what is about to change → apply → check → commit.
 *
 * @throws BackupError `restore_failed` naming the row that cannot be stored, `invalid_backup` for a damaged file, `conflict`
 *   while another restore runs, `cancelled`; nothing has changed then
 */
export class RestoreBackup {
  constructor(
    private readonly scopeConfig: ScopeConfig,
    private readonly target: RestoreTarget,
    readonly storage: BackupStorage,
    private readonly location: string,
    private readonly catalog: BackupCatalog,
    readonly audit: AuditLog,
    readonly keyRing: KeyRing,
    readonly clock: Clock,
    /** Product and version, for the header of safety backups. */
    private readonly product: string,
  ) {}

  async run(command: RestoreBackupCommand, options: RestoreOptions = {}): Promise<RestoreResult> {
    const catalog = new BestEffortCatalog(this.catalog);
    return await new AuditTrail(this.audit, catalog).run(
      auditedRestore(command, options),
      () => this.#run(command, options, catalog),
      ({ backup, origin, plan, safetyBackup }) => ({
        backupId: backup.id,
        origin,
        ...plan.totals,
        safetyBackupId: safetyBackup?.backupId ?? null,
      }),
    );
  }

  async #run(
    command: RestoreBackupCommand,
    options: RestoreOptions,
    catalog: BestEffortCatalog,
  ): Promise<RestoreResult> {
    refuseUnfitSchema(command);
    if (command.dryRun) return await this.#once(command, options, catalog, null);
    const agreed = options.confirm ? await this.#askFirst(command, options) : (command.agreedPlan ?? null);
    const { restoreId, file, mode, requestedBy } = command;
    const startedAt = this.clock.now();
    await catalog.attempt(index =>
      index.beginRestore({
        restoreId,
        backupId: null,
        file: file.name,
        mode,
        undoes: command.undo?.restoreId ?? null,
        requestedBy,
        startedAt,
      }),
    );
    try {
      const definition = await this.#definition(command, options);
      const result = await this.#once(command, options, catalog, agreed, definition);
      await catalog.attempt(index =>
        index.finishRestore(restoreId, result.plan, result.safetyBackup?.backupId ?? null),
      );
      return { ...result, warnings: catalog.warnings };
    } catch (thrown) {
      const error = toJobError(toBackupError(thrown));
      const state = error.kind === 'cancelled' ? 'cancelled' : 'failed';
      await catalog.attempt(index => index.failRestore(restoreId, state, error));
      throw thrown;
    }
  }

  /** @returns null where the database is there already */
  async #definition(
    { file, keys, createSchema }: RestoreBackupCommand,
    options: RestoreOptions,
  ): Promise<DatabaseDefinition | null> {
    if (createSchema === undefined) return null;
    const { trustForeign } = createSchema;
    const { maxUnpackedBytes } = file;
    const { keyRing } = this;
    return (await readDefinition(file, { ...options, keyRing, keys, maxUnpackedBytes, trustForeign }))
      .definition;
  }

  /** @returns the digest of the plan that was agreed to */
  async #askFirst(command: RestoreBackupCommand, options: RestoreOptions): Promise<string> {
    const preview = await this.#once(
      { ...command, dryRun: true },
      options,
      new BestEffortCatalog(this.catalog),
      null,
    );
    if ((await options.confirm?.(preview.plan)) !== true) {
      throw new BackupError('cancelled', 'Not confirmed; nothing was changed.');
    }
    return planDigest(preview.plan);
  }

  /** The fast way first; where it fails for want of care, once more from the start. */
  async #once(
    command: RestoreBackupCommand,
    options: RestoreOptions,
    catalog: BestEffortCatalog,
    agreed: string | null,
    definition: DatabaseDefinition | null = null,
  ): Promise<RestoreResult> {
    const how = { agreed, definition };
    return (
      (await this.#attempt(command, options, catalog, { ...how, careful: false })) ??
      (await this.#attempt(command, options, catalog, { ...how, careful: true })) ??
      failedWithCare()
    );
  }

  /** @returns null if it has failed and been taken back, and a careful attempt might not fail, or fail with a better reason */
  async #attempt(
    command: RestoreBackupCommand,
    options: RestoreOptions,
    catalog: BestEffortCatalog,
    {
      agreed,
      definition,
      careful,
    }: {
      readonly agreed: string | null;
      readonly definition: DatabaseDefinition | null;
      readonly careful: boolean;
    },
  ): Promise<RestoreResult | null> {
    const { signal } = options;
    const relations = await this.target.relations(signal);
    return await readBackup(
      command.file,
      {
        keyRing: this.keyRing,
        keys: await keysToTry(this.keyRing, command.keys),
        relations,
        maxUnpackedBytes: command.file.maxUnpackedBytes,
        signal,
      },
      async reader => {
        const { restoreId, mode, duplicateStrategy, allowMissing, fill, dryRun, undo, sampleRows } = command;
        const header = reader.header;
        refuseSafetyBackup(header.backup, undo !== undefined);
        const request = {
          restoreId,
          header,
          mode,
          duplicateStrategy,
          allowMissing,
          fill,
          dryRun,
          sampleRows,
          careful,
          ...(definition && { createSchema: definition }),
        };
        const session = await this.target.begin(undo === undefined ? request : { ...request, undo }, signal);
        try {
          return await this.#through(session, reader, command, options, catalog, agreed);
        } catch (error) {
          if (!careful && session.needsCare) return null;
          throw error;
        } finally {
          await session.rollback();
        }
      },
    );
  }

  /** The steps in their order; whoever called rolls back what was not committed. */
  async #through(
    session: TargetSession,
    reader: BackupReader,
    command: RestoreBackupCommand,
    options: RestoreOptions,
    catalog: BestEffortCatalog,
    agreed: string | null,
  ): Promise<RestoreResult> {
    const { signal, onProgress } = options;
    const staged = { rows: 0, bytes: 0 };
    for await (const part of reader.parts()) {
      const relation = reader.header.relations[part.relation];
      await session.stage(part.relation, observed(part.rows, staged, relation, options));
    }
    const { footer, origin } = reader.result();
    onProgress?.({ phase: 'planning', ...staged });
    const plan = await session.plan(footer.sequences);
    const restricted = restrictedTables(plan, origin, this.scopeConfig, command.only ?? []);
    if (command.showRestricted !== true) refuseRestricted(restricted, origin);
    if (agreed !== null && planDigest(plan) !== agreed) throw changedMeanwhile();
    const changes = [...(await session.changes())].flatMap(([index, sampled]) => {
      const relation = reader.header.relations[index];
      return relation === undefined ? [] : [{ relation, changes: sampled }];
    });
    const result = {
      restoreId: command.restoreId,
      dryRun: command.dryRun,
      changes,
      format: reader.format,
      compression: reader.compression,
      origin,
      backup: reader.header.backup,
      source: reader.header.source,
      contents: totalByRelation(reader.header.relations, footer.parts),
      restricted: restricted.map(relationLabel),
      warnings: catalog.warnings,
    };
    if (command.dryRun) return { ...result, plan, safetyBackup: null };
    // A database that was empty is taken back by dropping it.
    const safetyBackup =
      command.safetyBackup && command.createSchema === undefined
        ? await this.#keepBefore(session, command, options, catalog)
        : null;
    try {
      throwIfCancelled(signal);
      const report = await session.apply(name =>
        onProgress?.({ phase: 'applying', relation: name, ...staged }),
      );
      throwIfCancelled(signal);
      await session.commit();
      return { ...result, plan: report, safetyBackup };
    } catch (error) {
      if (toBackupError(error).context['outcome'] !== 'unknown') {
        await this.#dropSafetyBackup(safetyBackup, catalog);
      }
      throw error;
    }
  }

  /** Writes the rows that are about to change as a backup of its own; null if nothing is. */
  async #keepBefore(
    session: TargetSession,
    { restoreId, requestedBy }: RestoreBackupCommand,
    options: RestoreOptions,
    catalog: BestEffortCatalog,
  ): Promise<RestoreResult['safetyBackup']> {
    const before = await session.openBefore();
    if (before === null) return null;
    const safety: SafetyHeader = { restoreId, transactionId: await session.transactionId() };
    const backupId = newBackupId();
    const startedAt = this.clock.now();
    const backup = {
      id: backupId,
      type: 'safety',
      name: null,
      createdBy: requestedBy,
      product: this.product,
      safety,
    };
    const facts = {
      backup,
      startedAt,
      compression: SAFETY_COMPRESSION,
      encryptFor: await this.keyRing.encryptFor(),
      phase: 'saving',
    } as const;
    const manifest = await storeArchive(before, facts, this, options);
    await catalog.attempt(index => index.adopt(this.location, manifest));
    return { backupId, file: manifest.stored.file };
  }

  /** A safety backup of a restore that did not happen would only puzzle. */
  async #dropSafetyBackup(safety: RestoreResult['safetyBackup'], catalog: BestEffortCatalog): Promise<void> {
    if (safety === null) return;
    await this.storage.remove(manifestKey(safety.file)).catch(() => undefined);
    await this.storage.remove(safety.file).catch(() => undefined);
    await catalog.attempt(index => index.markDeleted(safety.backupId, this.clock.now()));
  }
}

/** What the audit log says of a restore: a look, an undo or the thing itself, one entry each. */
export function auditedRestore(
  command: Pick<RestoreBackupCommand, 'restoreId' | 'file' | 'mode' | 'dryRun' | 'undo'>,
  { actor = SYSTEM_ACTOR }: RunOptions,
): AuditedAction {
  const { restoreId, file, mode, dryRun, undo } = command;
  return {
    actor,
    action: dryRun ? 'restore.analyze' : undo ? 'restore.undo' : 'restore.run',
    subject: restoreId,
    details: { file: file.name, mode, ...(undo && { undoes: undo.restoreId }) },
  };
}

async function* observed(
  rows: AsyncIterable<RowBatch>,
  staged: { rows: number; bytes: number },
  relation: Relation | undefined,
  { signal, onProgress }: RestoreOptions,
): AsyncGenerator<RowBatch, void, undefined> {
  for await (const batch of rows) {
    throwIfCancelled(signal);
    staged.rows += batch.rows;
    staged.bytes += batch.bytes.length;
    onProgress?.({ phase: 'staging', ...(relation && { relation: relationLabel(relation) }), ...staged });
    yield batch;
  }
}

/** @throws BackupError `validation_error` for a safety backup that is not put back by an undo */
export function refuseSafetyBackup(backup: BackupHeader, undoing: boolean): void {
  if (undoing || backup.safety === undefined) return;
  throw new BackupError(
    'validation_error',
    `This is a safety backup: it holds only the rows that a restore was about to change. ` +
      `Put them back with: backup_system undo ${backup.safety.restoreId}`,
    { restoreId: backup.safety.restoreId },
  );
}

/** @throws BackupError `validation_error` for what cannot be asked for together with a new schema */
function refuseUnfitSchema({ createSchema, dryRun, mode, undo }: RestoreBackupCommand): void {
  if (createSchema === undefined) return;
  const problem = dryRun
    ? 'A dry run changes nothing, so it cannot build a database. Restore into an empty one, which can be dropped again.'
    : mode !== 'replace' || undo !== undefined
      ? 'A database is built for all rows of a backup: give --mode=replace.'
      : null;
  if (problem !== null) throw new BackupError('validation_error', problem, { parameter: '--create-schema' });
}

function failedWithCare(): never {
  throw new BackupError('system_error', 'A careful restore cannot ask for more care.');
}

function changedMeanwhile(): BackupError {
  return new BackupError(
    'conflict',
    'The database has changed since the plan was shown, and the restore would now do something else. ' +
      'Nothing was changed. Look at the plan again.',
  );
}
