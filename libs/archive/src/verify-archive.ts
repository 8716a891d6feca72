import {
  BackupError,
  relationLabel,
  throwIfCancelled,
  totalByRelation,
  type ArchiveFooter,
  type ArchiveHeader,
  type BackupReader,
  type Compression,
  type Origin,
  type RelationTotal,
  type RunOptions,
} from '@satchel/domain';
import { RowChecker } from './check-row.js';

/** What a backup was found to hold, all of it read and checked. */
export interface VerifiedArchive {
  readonly format: BackupReader['format'];
  readonly compression: Compression;
  readonly header: ArchiveHeader;
  readonly footer: ArchiveFooter;
  readonly origin: Origin;
  /** Rows of each relation, in the header's order. */
  readonly relations: readonly RelationTotal[];
  readonly rows: number;
  /** Bytes of all rows as compact JSON, a line feed each. */
  readonly rowBytes: number;
}

/**
 * Reads a backup to its end and checks all of it: what the reader checks (layout, counts, digests, signature) and
 * beyond that each row's syntax and number of values, since digests of a file that is not ours prove nothing of its rows.
 *
 * @throws BackupError `invalid_backup` at the first damage, `cancelled`
 */
export async function verifyArchive(
  reader: BackupReader,
  options: RunOptions = {},
): Promise<VerifiedArchive> {
  const checkers = new Map<number, RowChecker>();
  let rows = 0;
  let rowBytes = 0;
  for await (const part of reader.parts()) {
    const relation = reader.header.relations[part.relation];
    if (relation === undefined) {
      throw new BackupError(
        'system_error',
        `A part belongs to relation ${part.relation}, which the header does not have.`,
      );
    }
    const label = relationLabel(relation);
    let checker = checkers.get(part.relation);
    if (checker === undefined)
      checkers.set(part.relation, (checker = new RowChecker(label, relation.columns.length)));
    for await (const batch of part.rows) {
      throwIfCancelled(options.signal);
      checker.check(batch);
      rows += batch.rows;
      rowBytes += batch.bytes.length;
      batch.recycle?.();
      options.onProgress?.({ phase: 'verifying', relation: label, rows, bytes: rowBytes });
    }
  }
  const { footer, origin } = reader.result();
  const { format, compression, header } = reader;
  const relations = totalByRelation(header.relations, footer.parts);
  return { format, compression, header, footer, origin, relations, rows, rowBytes };
}
