import type { Encryption } from '@satchel/domain';
import { totalByRelation } from '@satchel/domain';
import type { CreateBackupResult } from '@satchel/use-cases';
import { join } from 'node:path';
import type { Outcome } from '../output.js';
import { byteSize, count, counted, duration } from '../terminal/quantity.js';
import { fields } from '../terminal/table.js';
import { connectionsText } from './connections-text.js';
import { definitionData, definitionText } from './definition-text.js';

/**
 * @param tookMs from the command's start to its end
 * @param jobs   connections that were asked for
 */
export function reportCreated(result: CreateBackupResult, tookMs: number, jobs = 1): Outcome {
  const { manifest, location, file, backupId, connections, warnings } = result;
  const { header, footer, stored } = manifest;
  const totals = totalByRelation(header.relations, footer.parts);
  const contentTables = totals.filter(({ role }) => role === 'content').length;
  const contextRows = totals
    .filter(({ role }) => role === 'context')
    .reduce((sum, { rows }) => sum + rows, 0);
  return {
    message: `Backed up ${counted(footer.totals.rows, 'row')} of ${header.source.database} to ${file}.`,
    text: fields([
      ['type', header.backup.type],
      ['tables', count(contentTables)],
      [
        'referred to',
        contextRows > 0 ? `${counted(contextRows, 'row')} of other tables, kept for their keys` : null,
      ],
      ['definition', definitionText(manifest.definition)],
      ['size', `${byteSize(stored.sizeBytes)} (${stored.compression})`],
      ['encrypted', encryptedText(stored.encryption)],
      [location.startsWith('s3:') ? 'bucket' : 'folder', location],
      ['digest', stored.digest],
      ['backup id', backupId],
      ['checked', `read back from the ${location.startsWith('s3:') ? 'bucket' : 'folder'}, and equal`],
      ['connections', connectionsText(connections, jobs)],
      ['took', duration(tookMs)],
    ]),
    data: {
      backup_id: backupId,
      backup_type: header.backup.type,
      backup_name: header.backup.name,
      file,
      location,
      path: location.startsWith('s3:') ? `${location}${file}` : join(location, file),
      size_bytes: stored.sizeBytes,
      digest: stored.digest,
      compression: stored.compression,
      encryption: stored.encryption,
      connections,
      rows: footer.totals.rows,
      tables: totals,
      started_at: manifest.startedAt,
      finished_at: manifest.finishedAt,
      omitted: manifest.omitted,
      definition: definitionData(manifest.definition),
    },
    warnings: [
      ...warnings,
      ...manifest.omitted.map(({ kind, name, reason }) => `${kind} ${name} is not in it: ${reason}`),
    ],
  };
}

/** @returns null if it is not */
function encryptedText(encryption: Encryption): string | null {
  if (encryption === 'none') return null;
  return 'recipients' in encryption ? `for ${encryption.recipients.join(', ')}` : 'with the passphrase';
}
