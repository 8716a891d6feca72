import { Button, Modal } from '@mantine/core';
import type { BackupKey } from '../../../lib/backup-key.js';
import { useText } from '../../../texts/use-text.js';
import { KeyForm } from '../../keys/key-form.js';
import type { KeyQuestion } from '../use-verify.js';

interface VerifyDialogProps {
  /** Null: nothing is asked. */
  readonly question: KeyQuestion | null;
  readonly busy: boolean;
  /** Without a key: the person has none, and the server's own are tried. */
  readonly onKey: (key?: BackupKey) => void;
  readonly onClose: () => void;
}

/** Asks for the key of encrypted backups that are to be read back: with it more can be checked. */
export function VerifyDialog({ question, busy, onKey, onClose }: VerifyDialogProps) {
  const { t } = useText();
  const locked = question?.backups.filter(({ encrypted }) => encrypted) ?? [];
  return (
    <Modal
      opened={question !== null}
      onClose={onClose}
      title={<strong>{t('key.verifyTitle', { count: locked.length })}</strong>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <p style={{ margin: '0 0 16px', color: 'var(--muted)' }}>
        {t('key.verifyText')} {locked.length > 1 && t('key.verifySame')}
      </p>
      <KeyForm
        tried={null}
        problem={question?.problem ?? null}
        submit={t('action.verify')}
        busy={busy}
        onKey={onKey}
        actions={
          <Button variant="default" disabled={busy} onClick={() => onKey()}>
            {t('key.verifyWithout')}
          </Button>
        }
      />
    </Modal>
  );
}
