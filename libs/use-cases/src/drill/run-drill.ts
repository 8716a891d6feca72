import { neededKey, readBackup, tryKeys } from '@satchel/archive';
import type {
  AuditLog,
  BackupCatalog,
  BackupId,
  BackupReader,
  Clock,
  KeyRing,
  Manifest,
  NewScratch,
  Relation,
  RestorePlan,
  RestoreRequest,
  RetentionStore,
  RowBatch,
  RunOptions,
  SchemaDifference,
  ScratchChecks,
  ScratchDatabase,
  ScratchServer,
  TargetSession,
  TrialWrite,
  UnlockKeys,
} from '@satchel/domain';
import {
  BackupError,
  relationLabel,
  SYSTEM_ACTOR,
  throwIfCancelled,
  toBackupError,
  totalByRelation,
} from '@satchel/domain';
import { AuditTrail } from '../audit-trail.js';
import type { BackupFile } from '../backup-file.js';
import { BestEffortCatalog } from '../best-effort-catalog.js';
import type { CopySources } from '../copies/copy-sources.js';
import type { VerifyCopies } from '../copies/verify-copies.js';
import { findStoredBackup, wholeFile, type FoundBackup } from '../find-stored-backup.js';
import { keysToTry } from '../keys-to-try.js';
import { readDefinition } from '../read-definition.js';
import { compareStored } from '../verify-backup.js';
import { RowSetDigest } from './row-set-digest.js';

export interface RunDrillCommand {
  /** The job's id, and the scratch database's. */
  readonly drillId: string;
  readonly scopeName: string;
  /** Null: the newest good backup of the type. */
  readonly backupId: BackupId | null;
  /** For an encrypted backup, if somebody sits beside it; those of the installation are tried as well. */
  readonly keys?: UnlockKeys | undefined;
}

export interface DrilledTable {
  readonly schema: string;
  readonly name: string;
  readonly role: Relation['role'];
  /** In the backup, which is in the scratch database too: a drill fails where it is not. */
  readonly rows: number;
  /** Whether every row was read back and found equal; false where the live table has other columns by now. */
  readonly compared: boolean;
  readonly written: TrialWrite;
}

export interface DrillResult {
  readonly drillId: string;
  readonly manifest: Manifest;
  readonly startedAt: Date;
  readonly definitionFrom: ScratchDatabase['definitionFrom'];
  readonly tables: readonly DrilledTable[];
  readonly rows: number;
  readonly checks: ScratchChecks;
  readonly differences: readonly SchemaDifference[];
  readonly leftOut: readonly string[];
  /** Making the tables, and restoring the rows: how long a database would be away. */
  readonly restoreMs: number;
  /** All of it, with the checks. */
  readonly totalMs: number;
  readonly warnings: readonly string[];
}

interface DrillAttempt {
  readonly drillId: string;
  readonly keys: UnlockKeys;
}

const NOT_BY_ITS_OWN = "The backup's own definition of the database was not used, but that of the live one:";

/** What a restored table's rows have to be. */
interface Expected {
  readonly relation: Relation;
  readonly digest: RowSetDigest;
}

/**
 * Restores a backup, from the first destination that has it whole, into a scratch database and looks whether all of it is there:
 * rows equal to those of the archive, whose own digests are checked on the way, one by one; constraints validated; a row
 * written to each table. The tables are made by the backup's own definition where it has one that can be run, else by that of
 * the live database. The scratch database is dropped whatever happens. Nothing in the protected database changes.
 *
 * A copy that it finds wanting is read again, marked, and replaced from a good one.
 *
 * Mostly nobody sits beside it, so that an encrypted backup is opened with the installation's own keys.
 *
 * @throws BackupError `not_found` if there is no such backup; `invalid_backup` for one that is damaged everywhere; `wrong_key`
 *   naming the setting, if the installation has no key for it; `restore_failed` naming what is not as it was; what the scratch
 *   server throws
 */
export class RunDrill {
  constructor(
    private readonly scratchServer: ScratchServer,
    private readonly sources: CopySources,
    private readonly copies: VerifyCopies,
    private readonly catalog: BackupCatalog,
    private readonly retention: RetentionStore,
    private readonly audit: AuditLog,
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
  ) {}

  async run(command: RunDrillCommand, options: RunOptions = {}): Promise<DrillResult> {
    const catalog = new BestEffortCatalog(this.catalog);
    const { drillId: subject, scopeName, backupId } = command;
    const action = {
      actor: options.actor ?? SYSTEM_ACTOR,
      action: 'drill.run' as const,
      subject,
      details: { type: scopeName, backup: backupId },
    };
    return await new AuditTrail(this.audit, catalog).run(
      action,
      () => this.#drill(command, options, catalog),
      ({ manifest, rows, restoreMs }) => ({
        backup: manifest.header.backup.id,
        rows,
        restoreSeconds: restoreMs / 1000,
      }),
    );
  }

  async #drill(
    command: RunDrillCommand,
    options: RunOptions,
    catalog: BestEffortCatalog,
  ): Promise<DrillResult> {
    const backupId = command.backupId ?? (await this.#newest(command.scopeName, catalog, options.signal));
    const startedAt = this.clock.now();
    const warnings: string[] = [];
    const { manifest, file } = await this.#findWhole(backupId, warnings, options);
    const keys = await this.#keysFor(file, command.keys, options.signal);
    const startedMs = performance.now();
    const { relations } = manifest.header;
    const { drillId } = command;
    await this.scratchServer.sweep().catch(() => 0);
    const definition = await this.#definitionOf({ manifest, file }, keys, warnings, options);
    const scratch = await this.#createScratch({ drillId, relations, definition }, warnings, options.signal);
    try {
      const restored = await this.#restore(scratch, file, { drillId, keys }, options);
      const restoreMs = performance.now() - startedMs;
      const compared = await readBack(scratch, restored.expected, options);
      const checks = await scratch.validate(options.signal);
      const written = await scratch.writeRows(relations, options.signal);
      // All that a verification looks at, and more.
      await catalog.attempt(index => index.markVerified(backupId, this.clock.now()));
      return {
        drillId,
        manifest,
        startedAt,
        definitionFrom: scratch.definitionFrom,
        tables: totalByRelation(relations, manifest.footer.parts).map((table, index) => ({
          ...table,
          compared: compared[index] === true,
          written: written[index] ?? 'empty table',
        })),
        rows: manifest.footer.totals.rows,
        checks,
        differences: restored.differences,
        leftOut: scratch.leftOut,
        restoreMs,
        totalMs: performance.now() - startedMs,
        warnings: [...warnings, ...catalog.warnings],
      };
    } finally {
      await scratch.drop();
    }
  }

  async #newest(
    scopeName: string,
    catalog: BestEffortCatalog,
    signal: AbortSignal | undefined,
  ): Promise<BackupId> {
    const { backups } = await this.sources.stored(signal);
    const damaged = new Set((await catalog.attempt(() => this.retention.damaged())) ?? []);
    const newest = backups.find(
      ({ manifest: { header }, complete }) =>
        complete && header.backup.type === scopeName && !damaged.has(header.backup.id),
    );
    if (newest) return newest.manifest.header.backup.id;
    throw new BackupError(
      'not_found',
      `There is no good backup of type ${scopeName} to drill with. "backup_system create --type=${scopeName}" makes one.`,
      { type: scopeName },
    );
  }

  /** Every byte is compared first: a damaged file is called that, and not by the first row that it spoils. */
  async #findWhole(backupId: BackupId, warnings: string[], options: RunOptions): Promise<FoundBackup> {
    return await this.sources.findIn(backupId, async (storage, { name }) => {
      try {
        const { manifest } = await findStoredBackup(storage, this.catalog, backupId, options.signal);
        const file = await wholeFile(storage, manifest, options.signal);
        await compareStored(file, manifest, options);
        return { manifest, file };
      } catch (thrown) {
        const { kind, message, context } = toBackupError(thrown);
        warnings.push(`Not restored from ${name}: ${message}`);
        // What the drill is for goes on; whatever stops this is told when copies are looked after.
        await this.copies.recheck(backupId, name, { signal: options.signal }).catch(() => undefined);
        // The drill may have been asked for the newest; retention must know which one is good no more.
        throw new BackupError(kind, message, { ...context, backupId }, { cause: thrown });
      }
    });
  }

  /** @throws BackupError `wrong_key` before anything is made, if the installation cannot open the file */
  async #keysFor(
    file: BackupFile,
    given: UnlockKeys | undefined,
    signal: AbortSignal | undefined,
  ): Promise<UnlockKeys> {
    const keys = await keysToTry(this.keyRing, given);
    const needed = await neededKey(file);
    if (needed === null) return keys;
    try {
      await tryKeys(file, { keys, signal });
      return keys;
    } catch (thrown) {
      const { kind, message, context } = toBackupError(thrown);
      if (kind !== 'wrong_key') throw thrown;
      const setting = needed === 'identity' ? 'BACKUP_IDENTITY_FILE' : 'BACKUP_PASSPHRASE';
      const what = needed === 'identity' ? 'a file with the secret key' : 'the passphrase';
      throw new BackupError(
        'wrong_key',
        `A drill opens backups with this installation's own key, and it has none for this one. Set ${setting} to ${what} where workers run, or ` +
          `drill by hand where the key is: "backup_system drill --identity=FILE". ${message}`,
        { ...context, setting },
        { cause: thrown },
      );
    }
  }

  /** @returns null where the live database's has to do; why, is a warning if the backup has one */
  async #definitionOf(
    { manifest, file }: FoundBackup,
    keys: UnlockKeys,
    warnings: string[],
    { signal }: RunOptions,
  ): Promise<string | null> {
    if (manifest.definition?.included !== true) return null;
    const { keyRing } = this;
    const { maxUnpackedBytes } = file;
    try {
      const options = { keyRing, keys, maxUnpackedBytes, trustForeign: false, signal };
      const { preData, postData } = (await readDefinition(file, options)).definition;
      return `${preData}\n${postData}`;
    } catch (thrown) {
      const { kind, message } = toBackupError(thrown);
      // Not ours: nobody is there who could vouch for it.
      if (kind !== 'permission_error') throw thrown;
      warnings.push(`${NOT_BY_ITS_OWN} ${message}`);
      return null;
    }
  }

  async #createScratch(
    wanted: NewScratch,
    warnings: string[],
    signal: AbortSignal | undefined,
  ): Promise<ScratchDatabase> {
    try {
      return await this.scratchServer.create(wanted, signal);
    } catch (thrown) {
      const { kind, message } = toBackupError(thrown);
      if (kind !== 'unsupported' || wanted.definition === null) throw thrown;
      warnings.push(`${NOT_BY_ITS_OWN} ${message}`);
      return await this.scratchServer.create({ ...wanted, definition: null }, signal);
    }
  }

  /** The fast way first; where it fails for want of care, once more from the start. */
  async #restore(scratch: ScratchDatabase, file: BackupFile, how: DrillAttempt, options: RunOptions) {
    const restored =
      (await this.#attempt(scratch, file, how, options, false)) ??
      (await this.#attempt(scratch, file, how, options, true));
    if (restored) return restored;
    throw new BackupError('system_error', 'A careful restore cannot ask for more care.');
  }

  async #attempt(
    scratch: ScratchDatabase,
    file: BackupFile,
    { drillId, keys }: DrillAttempt,
    options: RunOptions,
    careful: boolean,
  ): Promise<{ expected: readonly Expected[]; differences: readonly SchemaDifference[] } | null> {
    const { signal } = options;
    const { keyRing } = this;
    return await readBackup(
      file,
      { keyRing, keys, maxUnpackedBytes: file.maxUnpackedBytes, signal },
      async reader => {
        const session = await scratch.target.begin(requestOf(reader, drillId, careful), signal);
        try {
          return await restoreRows(session, reader, options);
        } catch (error) {
          if (!careful && session.needsCare) return null;
          throw error;
        } finally {
          await session.rollback();
        }
      },
    );
  }
}

function requestOf({ header }: BackupReader, drillId: string, careful: boolean): RestoreRequest {
  return {
    restoreId: drillId,
    header,
    mode: 'replace',
    duplicateStrategy: 'update',
    // The live tables may have changed since; how, is part of the report.
    allowMissing: true,
    fill: {},
    dryRun: false,
    sampleRows: 0,
    careful,
  };
}

/** stage → plan → apply → commit, as a restore does; there is nothing to keep, and nobody to ask. */
async function restoreRows(session: TargetSession, reader: BackupReader, options: RunOptions) {
  const expected = reader.header.relations.map(relation => ({ relation, digest: new RowSetDigest() }));
  const staged = { rows: 0, bytes: 0 };
  for await (const part of reader.parts()) {
    const of = expected[part.relation];
    await session.stage(part.relation, of ? observed(part.rows, of, staged, options) : part.rows);
  }
  // From here on it is known that the rows are those that the digests were made of.
  const { footer } = reader.result();
  await session.plan(footer.sequences);
  const done = await session.apply(name =>
    options.onProgress?.({ phase: 'applying', relation: name, ...staged }),
  );
  await session.commit();
  compareCounts(expected, done);
  return { expected, differences: session.differences };
}

async function* observed(
  rows: AsyncIterable<RowBatch>,
  { digest, relation }: Expected,
  staged: { rows: number; bytes: number },
  { signal, onProgress }: RunOptions,
): AsyncGenerator<RowBatch, void, undefined> {
  for await (const batch of rows) {
    throwIfCancelled(signal);
    digest.update(batch);
    staged.rows += batch.rows;
    staged.bytes += batch.bytes.length;
    onProgress?.({ phase: 'staging', relation: relationLabel(relation), ...staged });
    yield batch;
  }
}

/** A table that the scratch database lacks is in nobody's way, but its rows are not proven. */
function compareCounts(expected: readonly Expected[], { relations }: RestorePlan): void {
  for (const { relation, digest } of expected) {
    const done = relations.find(({ schema, name }) => schema === relation.schema && name === relation.name);
    const created = done?.created ?? 0;
    if (created === digest.rows) continue;
    throw notAsItWas(relation, `${digest.rows} rows are in the backup, and ${created} were restored`);
  }
}

/**
 * Reads all that was restored with the reader that makes backups.
 *
 * @returns of each relation, whether its rows could be compared, and then were equal
 */
async function readBack(
  { source }: ScratchDatabase,
  expected: readonly Expected[],
  { signal, onProgress }: RunOptions,
): Promise<boolean[]> {
  const everything = { name: 'drill', title: 'drill', include: ['*'], exclude: [] };
  const session = await source.open(everything, { jobs: 1, signal });
  const found = session.relations.map(() => new RowSetDigest());
  let [rows, bytes] = [0, 0];
  try {
    for (const slice of await session.slices()) {
      const relation = session.relations[slice.relation];
      for await (const batch of session.copyOut(slice)) {
        throwIfCancelled(signal);
        found[slice.relation]?.update(batch);
        rows += batch.rows;
        bytes += batch.bytes.length;
        batch.recycle?.();
        onProgress?.({
          phase: 'verifying',
          ...(relation && { relation: relationLabel(relation) }),
          rows,
          bytes,
        });
      }
    }
  } finally {
    await session.close();
  }
  return expected.map(({ relation, digest }) => {
    const index = session.relations.findIndex(
      ({ schema, name }) => schema === relation.schema && name === relation.name,
    );
    const now = session.relations[index];
    if (now === undefined || !sameColumns(now, relation)) return false;
    if (found[index]?.value() === digest.value()) return true;
    throw notAsItWas(relation, 'rows that were read back are not those of the backup');
  });
}

function sameColumns(a: Relation, b: Relation): boolean {
  return (
    a.columns.length === b.columns.length &&
    a.columns.every((column, index) => {
      const other = b.columns[index];
      return column.name === other?.name && column.type === other.type;
    })
  );
}

function notAsItWas(relation: Relation, how: string): BackupError {
  const table = relationLabel(relation);
  return new BackupError('restore_failed', `The drill found ${table} not as it was: ${how}.`, { table });
}
