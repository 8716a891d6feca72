import type { DeleteBackupResult, NamedBackup } from '@satchel/use-cases';
import type { Outcome } from '../output.js';
import { byteSize, counted } from '../terminal/quantity.js';

/** What somebody is asked about before it is gone. */
export function describeDoomed({ backupId, scopeName, file, sizeBytes, rows }: NamedBackup): string {
  const facts = [
    `type ${scopeName}`,
    rows === null ? null : counted(rows, 'row'),
    sizeBytes === null ? null : byteSize(sizeBytes),
  ].filter(fact => fact !== null);
  return `${file ?? backupId}: ${facts.join(', ')}.`;
}

export function reportDeleted(result: DeleteBackupResult): Outcome {
  const { backupId, scopeName, file, freedBytes, fileMissing, warnings } = result;
  const name = file ?? backupId;
  return {
    message: fileMissing
      ? `The file of ${name} was gone already; its record is marked.`
      : `Deleted ${name}, ${byteSize(freedBytes)}.`,
    text: '',
    data: {
      backup_id: backupId,
      backup_type: scopeName,
      file,
      freed_bytes: freedBytes,
      file_missing: fileMissing,
    },
    warnings,
  };
}
