import type { BackupCopy, BackupDetails } from '@satchel/api-client';
import { refusalText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import type { Translate } from '../../../texts/use-text.js';
import type { PillIcon } from '../../../ui/pill.js';
import { Pill } from '../../../ui/pill.js';
import { Panel } from '../../../ui/panel.js';
import { DataTable } from '../../../ui/data-table.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import type { Tone } from '../../../ui/tone.js';
import { useBackupDetails } from '../../backups/api/get-backup.js';
import { useDestinationNames } from '../../schedules/api/get-schedules.js';

const STATES: Readonly<Record<BackupCopy['state'], readonly [Tone, PillIcon]>> = {
  pending: ['info', 'clock'],
  stored: ['ok', 'check'],
  failed: ['bad', 'alert'],
  damaged: ['bad', 'alert'],
  missing: ['bad', 'warning'],
  removed: ['idle', 'ban'],
};

/** Where a backup is kept, and how each copy is. */
export function BackupCopies({ backupId }: { backupId: string }) {
  const { t } = useText();
  const { data: backup } = useBackupDetails(backupId);
  const destinations = useDestinationNames();
  // The page is about the job; where the backup itself cannot be looked at, the rest of it still stands.
  if (backup === undefined || backup.copies.length === 0) return null;
  const hints = [encryptionText(t, backup), leftOutText(t, backup, destinations)].filter(
    text => text !== null,
  );
  return (
    <Panel title={t('copies.title')} {...(hints.length > 0 ? { hint: hints.join(' · ') } : {})} flush>
      <DataTable
        caption={t('copies.title')}
        rows={backup.copies}
        rowKey={({ destination }) => destination}
        columns={[
          {
            key: 'where',
            title: t('copies.where'),
            card: 'lead',
            cell: ({ destination }) => <strong>{destination}</strong>,
          },
          { key: 'state', title: t('field.state'), cell: copy => <CopyState copy={copy} /> },
          {
            key: 'stored',
            title: t('copies.stored'),
            cell: ({ stored_at: at }) => (at === null ? '–' : <TimeAgo at={at} />),
          },
          {
            key: 'verified',
            title: t('copies.verified'),
            cell: ({ verified_at: at }) => (at === null ? t('verified.no') : <TimeAgo at={at} />),
          },
          {
            key: 'next',
            title: t('copies.next'),
            blank: ({ next_try_at }) => next_try_at === null,
            cell: ({ next_try_at: at }) => (at === null ? '–' : <TimeAgo at={at} />),
          },
        ]}
      />
    </Panel>
  );
}

function encryptionText(t: Translate, { encryption }: BackupDetails): string | null {
  if (encryption === null) return null;
  const { recipients, passphrase } = encryption;
  const how = passphrase ? t('key.byPassphrase') : t('key.recipients', { count: recipients.length });
  return `${t('key.encryption')} ${how}`;
}

/** The destinations that somebody has left out, who would otherwise look for a copy there. */
function leftOutText(
  t: Translate,
  { destinations: chosen }: BackupDetails,
  [, ...others]: readonly string[],
): string | null {
  const leftOut = chosen === null ? [] : others.filter(name => !chosen.includes(name));
  return leftOut.length === 0 ? null : t('copies.leftOut', { places: leftOut.join(', ') });
}

function CopyState({ copy: { state, error } }: { copy: BackupCopy }) {
  const { t } = useText();
  const [tone, icon] = STATES[state];
  return (
    <span style={{ display: 'grid', gap: 4, justifyItems: 'start', overflowWrap: 'anywhere' }}>
      <Pill tone={tone} icon={icon}>
        {t(`copyState.${state}`)}
      </Pill>
      {error !== null && <small>{refusalText(t, error.error_type, error.message)}</small>}
    </span>
  );
}
