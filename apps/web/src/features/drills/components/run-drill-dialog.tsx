import { Button, Group, Modal, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { Link } from 'react-router';
import { paths } from '../../../lib/paths.js';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { Notice } from '../../../ui/notice.js';
import { useTypes } from '../../backups/api/get-types.js';
import { typeTitle } from '../../jobs/job-words.js';
import { useRunDrill } from '../api/drills.js';

interface RunDrillDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Asks of which type, and starts a drill. */
export function RunDrillDialog({ opened, onClose }: RunDrillDialogProps) {
  const { t } = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={<strong>{t('drills.runTitle')}</strong>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {opened && <RunDrillForm onClose={onClose} />}
    </Modal>
  );
}

function RunDrillForm({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [type, setType] = useState('full');
  const { data: types } = useTypes();
  const run = useRunDrill();
  return (
    <form
      style={{ display: 'grid', gap: 16 }}
      onSubmit={event => {
        event.preventDefault();
        run.mutate(type, {
          onSuccess: ({ job_id }) => {
            toast(
              <span>
                {t('drills.started')} <Link to={paths.job(job_id)}>{t('toast.details')}</Link>
              </span>,
            );
            onClose();
          },
        });
      }}
    >
      <NativeSelect
        label={t('field.type')}
        value={type}
        data={(types?.map(({ backup_type }) => backup_type) ?? [type]).map(each => ({
          value: each,
          label: typeTitle(t, each),
        }))}
        data-autofocus
        onChange={event => {
          setType(event.currentTarget.value);
          run.reset();
        }}
      />
      <p style={{ margin: 0, color: 'var(--muted)' }}>{t('drills.runText')}</p>
      {run.isError && (
        <Notice tone="bad" live>
          {problemText(t, run.error)}
        </Notice>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={run.isPending}>
          {t('drills.start')}
        </Button>
      </Group>
    </form>
  );
}
