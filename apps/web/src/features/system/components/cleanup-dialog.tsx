import { Button, Group, Modal, NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { Notice } from '../../../ui/notice.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { typeTitle } from '../../jobs/job-words.js';
import { useCleanup } from '../api/cleanup.js';

/** Shows which old backups would go, and lets them go if that is agreed to. */
export function CleanupDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={<strong>{t('cleanup.title')}</strong>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      size="lg"
    >
      {opened && <Cleanup onClose={onClose} />}
    </Modal>
  );
}

function Cleanup({ onClose }: { onClose: () => void }) {
  const { t, format } = useText();
  const [days, setDays] = useState<number | null>(null);
  const preview = useCleanup();
  const run = useCleanup();
  const { mutate: look } = preview;
  useEffect(() => look({ days: null, dryRun: true }), [look]);
  const plan = preview.data?.plan ?? null;
  const shownDays = days ?? plan?.days ?? '';
  const doomed = plan?.backups.filter(({ outcome }) => outcome === 'would be deleted') ?? [];
  const fresh = plan !== null && (days === null || days === plan.days) && !preview.isPending;
  const error = run.error ?? preview.error;
  return (
    <form
      style={{ display: 'grid', gap: 16 }}
      onSubmit={event => {
        event.preventDefault();
        if (fresh && plan) run.mutate({ days: plan.days, dryRun: false }, { onSuccess: onClose });
        else look({ days, dryRun: true });
      }}
    >
      <NumberInput
        label={t('cleanup.days')}
        description={t('cleanup.daysHint')}
        min={0}
        max={99_999}
        allowDecimal={false}
        value={shownDays}
        maw={260}
        onChange={value => setDays(typeof value === 'number' ? value : null)}
        onBlur={() => days !== null && days !== plan?.days && look({ days, dryRun: true })}
      />
      {fresh && plan && (
        <Notice
          tone={plan.would_delete > 0 ? 'warn' : 'ok'}
          title={
            plan.would_delete > 0
              ? t('cleanup.would', { count: plan.would_delete, size: format.bytes(plan.freed_bytes) })
              : t('cleanup.nothing')
          }
        >
          {t('cleanup.kept', { count: plan.kept })}
          {doomed.length > 0 && (
            <ul style={{ margin: '8px 0 0', paddingInlineStart: 18, maxHeight: 220, overflowY: 'auto' }}>
              {doomed.slice(0, 100).map(backup => (
                <li key={backup.backup_id}>
                  {typeTitle(t, backup.backup_type)} · <TimeAgo at={backup.finished_at} /> ·{' '}
                  {format.bytes(backup.size_bytes)}
                </li>
              ))}
            </ul>
          )}
        </Notice>
      )}
      {error && (
        <Notice tone="bad" live>
          {problemText(t, error)}
        </Notice>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        {fresh && plan.would_delete > 0 ? (
          <Button type="submit" color="red.8" autoContrast={false} loading={run.isPending}>
            {t('cleanup.confirm', { count: plan.would_delete })}
          </Button>
        ) : (
          <Button type="submit" loading={preview.isPending} disabled={fresh}>
            {t('cleanup.look')}
          </Button>
        )}
      </Group>
    </form>
  );
}
