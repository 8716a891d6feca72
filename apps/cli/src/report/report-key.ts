import type { CheckedBackup } from '@satchel/use-cases';
import { EXIT_CODES } from '../exit-codes.js';
import type { Outcome } from '../output.js';
import { moment } from '../terminal/quantity.js';
import { fields, table } from '../terminal/table.js';

export interface KeyFacts {
  /** The public keys of the keys that were tried. */
  readonly recipients: readonly string[];
  /** Whom new backups are encrypted for. */
  readonly encryptsFor: readonly string[];
  readonly checked: readonly CheckedBackup[];
}

const OUTCOMES: Readonly<Record<CheckedBackup['outcome'], string>> = {
  opens: 'opens',
  wrong_key: 'DOES NOT OPEN',
  plain: 'not encrypted',
  damaged: 'DAMAGED',
};

/** Whether a key opens the newest backups, and will open the next. */
export function reportKey({ recipients, encryptsFor, checked }: KeyFacts): Outcome {
  const count = (outcome: CheckedBackup['outcome']) =>
    checked.filter(backup => backup.outcome === outcome).length;
  const encrypted = checked.length - count('plain');
  const opensNext = encryptsFor.some(recipient => recipients.includes(recipient));
  const good = count('wrong_key') === 0 && count('damaged') === 0;
  return {
    message:
      encrypted === 0
        ? 'No stored backup is encrypted, so there was nothing to open.'
        : good
          ? `The key opens the newest backup of each type: ${encrypted} of ${encrypted}.`
          : `The key opens ${count('opens')} of ${encrypted} newest backups.`,
    text: [
      fields([
        ['public key', recipients.join(', ')],
        [
          'next backups',
          encryptsFor.length === 0
            ? 'not encrypted for a key (BACKUP_RECIPIENTS is not set)'
            : opensNext
              ? 'the key will open them'
              : 'the key will NOT open them: BACKUP_RECIPIENTS does not have it',
        ],
      ]),
      table(
        [{ title: 'type' }, { title: 'made' }, { title: 'file' }, { title: '' }],
        checked.map(({ backup, file, outcome }) => [
          backup.type,
          moment(backup.createdAt),
          file,
          OUTCOMES[outcome],
        ]),
      ),
    ].join('\n\n'),
    data: {
      recipients,
      opens_next_backups: opensNext,
      backups: checked.map(({ backup, file, encryption, outcome }) => ({
        backup_id: backup.id,
        backup_type: backup.type,
        created_at: backup.createdAt,
        file,
        encryption,
        outcome,
      })),
    },
    warnings: checked.flatMap(({ problem }) => problem ?? []),
    ...(good ? {} : { exitCode: count('damaged') > 0 ? EXIT_CODES.invalid_backup : EXIT_CODES.wrong_key }),
  };
}
