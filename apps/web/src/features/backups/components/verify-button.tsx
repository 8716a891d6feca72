import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ShieldCheck } from 'lucide-react';
import toast from 'react-hot-toast';
import type { BackupKey } from '../../../lib/backup-key.js';
import { isApiError } from '../../../lib/api-error.js';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { KeyForm } from '../../keys/key-form.js';
import { useBackupDetails } from '../api/get-backup.js';
import { useVerifyBackup } from '../api/verify-backup.js';

interface VerifyButtonProps {
  readonly backupId: string;
  readonly name: string;
}

/** Has a backup read back. Of an encrypted one it asks for the key first, with which more can be checked. */
export function VerifyButton({ backupId, name }: VerifyButtonProps) {
  const { t } = useText();
  const { data: backup } = useBackupDetails(backupId);
  const [asking, ask] = useDisclosure(false);
  const verify = useVerifyBackup();
  const start = (key?: BackupKey) =>
    verify.mutate(
      { backupId, ...(key === undefined ? {} : { key }) },
      {
        onSuccess: () => {
          ask.close();
          verify.reset();
          toast(t('verify.started', { name }));
        },
        onError: error => {
          // What is wrong with a key is said beside it.
          if (key === undefined) toast.error(problemText(t, error));
        },
      },
    );
  return (
    <>
      <Button
        variant="default"
        leftSection={<ShieldCheck size={18} aria-hidden />}
        loading={verify.isPending && !asking}
        onClick={() => (backup?.encryption ? ask.open() : start())}
      >
        {t('action.verify')}
      </Button>
      <Modal
        opened={asking}
        onClose={() => {
          ask.close();
          verify.reset();
        }}
        title={<strong>{t('key.verifyTitle')}</strong>}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        <p style={{ margin: '0 0 16px', color: 'var(--muted)' }}>{t('key.verifyText')}</p>
        <KeyForm
          tried={null}
          problem={problemOf(verify.error)}
          submit={t('action.verify')}
          busy={verify.isPending}
          onKey={start}
          actions={
            <Button variant="default" disabled={verify.isPending} onClick={() => start()}>
              {t('key.verifyWithout')}
            </Button>
          }
        />
      </Modal>
    </>
  );

  function problemOf(error: unknown): string | null {
    if (error === null) return null;
    return isApiError(error, 'wrong_key') ? t('key.wrong') : problemText(t, error);
  }
}
