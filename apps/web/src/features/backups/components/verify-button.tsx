import { Button } from '@mantine/core';
import { ShieldCheck } from 'lucide-react';
import { useText } from '../../../texts/use-text.js';
import { useVerify } from '../use-verify.js';
import { VerifyDialog } from './verify-dialog.js';

interface VerifyButtonProps {
  readonly backupId: string;
  readonly name: string;
}

/** Has a backup read back. */
export function VerifyButton({ backupId, name }: VerifyButtonProps) {
  const { t } = useText();
  const { verify, isPending, dialog } = useVerify();
  return (
    <>
      <Button
        variant="default"
        leftSection={<ShieldCheck size={18} aria-hidden />}
        loading={isPending && dialog.question === null}
        onClick={() => void verify([{ backupId, name }])}
      >
        {t('action.verify')}
      </Button>
      <VerifyDialog {...dialog} />
    </>
  );
}
