import type { BackupCatalog, BackupFilter, BackupRecord, Copy, CopyStore, RunOptions } from '@satchel/domain';
import { BestEffortCatalog } from './best-effort-catalog.js';
import type { CopySources } from './copies/copy-sources.js';
import type { StoredBackup } from './stored-manifests.js';

export interface ListBackupsCommand {
  readonly limit: number;
  readonly scopeName?: string | undefined;
}

export interface ListedBackup extends BackupRecord {
  /** Whether the archive is there, whole, in any destination; null where it is stored elsewhere. */
  readonly fileFound: boolean | null;
  /** What is known of it in each destination. */
  readonly copies: readonly Copy[];
}

export interface ListBackupsResult {
  readonly location: string;
  /** How many there are, listed or not. */
  readonly total: number;
  /** Newest first. */
  readonly backups: readonly ListedBackup[];
  readonly warnings: readonly string[];
}

/**
 * Lists backups: the catalog's records, after it has learnt what the destinations hold. Without a catalog, the manifests
 * alone, with a warning.
 */
export class ListBackups {
  constructor(
    private readonly sources: CopySources,
    private readonly location: string,
    private readonly catalog: BackupCatalog,
    private readonly copies: CopyStore,
  ) {}

  async run(command: ListBackupsCommand, options: RunOptions = {}): Promise<ListBackupsResult> {
    const catalog = new BestEffortCatalog(this.catalog);
    const stored = await this.sources.stored(options.signal);
    const filter: BackupFilter = {
      limit: command.limit,
      ...(command.scopeName === undefined ? {} : { scopeName: command.scopeName }),
    };
    const found = await catalog.attempt(async index => {
      for (const { manifest } of stored.backups) await index.adopt(this.location, manifest);
      return index.find(filter);
    });
    const { total, items } = found ?? fromManifests(stored.backups, this.location, command);
    const backupIds = items.map(({ backupId }) => backupId);
    // In the same database: where the catalog was out of reach a moment ago, it is not asked.
    const copies = (await catalog.attempt(() => this.copies.find({ backupIds }))) ?? [];
    const complete = new Map(
      stored.backups.map(backup => [backup.manifest.header.backup.id, backup.complete]),
    );
    return {
      location: this.location,
      total,
      backups: items.map(record => ({
        ...record,
        copies: copies.filter(({ backupId }) => backupId === record.backupId),
        fileFound:
          record.location !== null && this.sources.hasLocation(record.location) && record.state === 'success'
            ? (complete.get(record.backupId) ?? false)
            : null,
      })),
      warnings: [...stored.warnings, ...catalog.warnings],
    };
  }
}

function fromManifests(stored: readonly StoredBackup[], location: string, command: ListBackupsCommand) {
  const wanted = stored.filter(
    ({ manifest }) => command.scopeName === undefined || manifest.header.backup.type === command.scopeName,
  );
  return {
    total: wanted.length,
    items: wanted.slice(0, command.limit).map(backup => toRecord(backup, location)),
  };
}

function toRecord({ manifest }: StoredBackup, location: string): BackupRecord {
  const { backup } = manifest.header;
  return {
    backupId: backup.id,
    scopeName: backup.type,
    name: backup.name,
    state: 'success',
    location,
    file: manifest.stored.file,
    requestedBy: backup.createdBy,
    startedAt: new Date(manifest.startedAt),
    finishedAt: new Date(manifest.finishedAt),
    sizeBytes: manifest.stored.sizeBytes,
    rows: manifest.footer.totals.rows,
    digest: manifest.stored.digest,
    verifiedAt: null,
    deletedAt: null,
    error: null,
  };
}
