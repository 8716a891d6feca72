import type { AuditLog, BackupCatalog, RunOptions } from '@satchel/domain';
import { SYSTEM_ACTOR, throwIfCancelled } from '@satchel/domain';
import { AuditTrail } from './audit-trail.js';
import type { CopySources } from './copies/copy-sources.js';

export interface RebuildCatalogResult {
  readonly location: string;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly warnings: readonly string[];
}

/**
 * Brings the catalog up to what the manifests in all destinations say; after a loss, that is all there is to know. Safe to
 * run again and again. Each backup is recorded as one of the primary, wherever it is: where its copies are is known beside.
 *
 * @throws BackupError `unavailable` if storage or catalog are out of reach
 */
export class RebuildCatalog {
  constructor(
    private readonly sources: CopySources,
    /** The primary's name in the catalog: an absolute folder, or a bucket. */
    private readonly location: string,
    private readonly catalog: BackupCatalog,
    private readonly audit: AuditLog,
  ) {}

  async run(options: RunOptions = {}): Promise<RebuildCatalogResult> {
    const action = {
      actor: options.actor ?? SYSTEM_ACTOR,
      action: 'catalog.rebuild' as const,
      subject: null,
      details: {},
    };
    return await new AuditTrail(this.audit).run(
      action,
      () => this.#rebuild(options),
      ({ added, updated, unchanged }) => ({ added, updated, unchanged }),
    );
  }

  async #rebuild(options: RunOptions): Promise<RebuildCatalogResult> {
    const { backups, warnings } = await this.sources.stored(options.signal);
    const counts = { added: 0, updated: 0, unchanged: 0 };
    const incomplete: string[] = [];
    for (const { manifest, complete } of backups) {
      throwIfCancelled(options.signal);
      counts[await this.catalog.adopt(this.location, manifest)] += 1;
      if (!complete)
        incomplete.push(`${manifest.stored.file} is missing or has another size than its manifest says.`);
    }
    return { location: this.location, ...counts, warnings: [...warnings, ...incomplete] };
  }
}
