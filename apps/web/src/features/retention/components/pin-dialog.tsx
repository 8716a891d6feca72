import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { Notice } from '../../../ui/notice.js';
import { usePinBackup } from '../api/pins.js';

/** As the server allows. */
const MAX_REASON_LENGTH = 200;

interface PinDialogProps {
  /** Null: nothing is asked. */
  readonly backup: { readonly backupId: string; readonly name: string } | null;
  readonly onClose: () => void;
}

/** Asks why a backup is to be kept. */
export function PinDialog({ backup, onClose }: PinDialogProps) {
  const { t } = useText();
  return (
    <Modal
      opened={backup !== null}
      onClose={onClose}
      title={<strong>{t('pin.title')}</strong>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {backup !== null && <PinForm backup={backup} onClose={onClose} />}
    </Modal>
  );
}

function PinForm({
  backup: { backupId, name },
  onClose,
}: PinDialogProps & { backup: { backupId: string; name: string } }) {
  const { t } = useText();
  const [reason, setReason] = useState('');
  const pin = usePinBackup();
  const given = reason.trim();
  return (
    <form
      style={{ display: 'grid', gap: 16 }}
      onSubmit={event => {
        event.preventDefault();
        if (given === '') return;
        pin.mutate(
          { backupId, reason: given },
          {
            onSuccess: () => {
              toast.success(t('pin.done'));
              onClose();
            },
          },
        );
      }}
    >
      <p style={{ margin: 0, overflowWrap: 'anywhere' }}>
        <strong>{name}</strong>
        <br />
        <span style={{ color: 'var(--muted)' }}>{t('pin.text')}</span>
      </p>
      <TextInput
        label={t('pin.reason')}
        description={t('pin.reasonHint')}
        placeholder={t('pin.placeholder')}
        maxLength={MAX_REASON_LENGTH}
        value={reason}
        autoComplete="off"
        data-autofocus
        onChange={event => setReason(event.currentTarget.value)}
      />
      {pin.isError && (
        <Notice tone="bad" live>
          {problemText(t, pin.error)}
        </Notice>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={pin.isPending} disabled={given === ''}>
          {t('pin.save')}
        </Button>
      </Group>
    </form>
  );
}
