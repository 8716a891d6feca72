import type { Copy, Origin } from '@satchel/domain';
import { relationLabel } from '@satchel/domain';
import type { VerifyBackupResult } from '@satchel/use-cases';
import { copyData } from '@satchel/use-cases';
import type { Outcome } from '../output.js';
import { byteSize, count, counted, moment } from '../terminal/quantity.js';
import { fields, table } from '../terminal/table.js';

const ORIGINS: Readonly<Record<Origin, string>> = {
  ours: 'signed by this installation, unchanged',
  relaid: 'signed by this installation; laid out anew since, with the same content',
  altered: 'signed by this installation, but CHANGED since',
  foreign: 'not signed by a key of this installation',
};

export function originText(origin: Origin): string {
  return ORIGINS[origin];
}

export function reportVerified(result: VerifyBackupResult, copies: readonly Copy[]): Outcome {
  const { backup, source, relations } = result;
  const legacy = result.format === 'legacy';
  return {
    message: result.opened
      ? `${result.file} is whole: ${counted(result.rows, 'row')} in ${counted(relations.length, 'table')}.`
      : `${result.file} is stored as it was written; it is encrypted, and its content was not opened.`,
    text: [
      fields([
        ['format', legacy ? 'dumpdata of the old application' : 'Satchel archive'],
        ['type', legacy ? null : backup.type],
        ['made', legacy ? null : moment(backup.createdAt)],
        ['from', legacy ? null : `${source.database}, ${source.server}`],
        [
          'size',
          `${byteSize(result.sizeBytes)} (${result.compression}${result.encrypted ? ', encrypted' : ''})`,
        ],
        [
          'origin',
          result.origin === null ? 'not known: there was no key to open it' : originText(result.origin),
        ],
        ['manifest', result.manifest ? 'agrees' : 'none beside it'],
        ['backup id', legacy ? null : backup.id],
        [
          'copies',
          copies.length < 2 ? null : copies.map(copy => `${copy.destination} ${copy.state}`).join(', '),
        ],
      ]),
      table(
        [{ title: 'table' }, { title: 'rows', align: 'right' }, { title: '' }],
        relations.map(relation => [
          relationLabel(relation),
          count(relation.rows),
          relation.role === 'content' ? '' : relation.role === 'context' ? 'referred to' : relation.role,
        ]),
      ),
    ].join('\n\n'),
    data: {
      file: result.file,
      format: result.format,
      origin: result.origin,
      encrypted: result.encrypted,
      opened: result.opened,
      compression: result.compression,
      size_bytes: result.sizeBytes,
      rows: result.rows,
      tables: relations,
      manifest: result.manifest,
      backup_id: legacy ? null : backup.id,
      backup_type: legacy ? null : backup.type,
      backup_name: backup.name,
      created_at: legacy ? null : backup.createdAt,
      copies: copies.map(copyData),
    },
    warnings: [
      ...result.warnings,
      ...(result.origin === 'altered'
        ? ['Somebody has changed this file since it was signed. Restore it only if you know who and why.']
        : []),
    ],
  };
}
