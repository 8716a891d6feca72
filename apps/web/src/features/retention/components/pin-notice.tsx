import { Button } from '@mantine/core';
import toast from 'react-hot-toast';
import { Allowed } from '../../../lib/permission.js';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { Notice } from '../../../ui/notice.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { usePin, useUnpinBackup } from '../api/pins.js';

/** In a backup's details: that it is pinned, by whom and why, and the way to let go of it. */
export function PinNotice({ backupId }: { backupId: string }) {
  const { t } = useText();
  const pin = usePin(backupId);
  const unpin = useUnpinBackup();
  if (pin === null) return null;
  return (
    <Notice
      tone="info"
      title={t('pin.kept', { reason: pin.reason })}
      actions={
        <Allowed permission="backup.delete_backupjob">
          <Button
            size="xs"
            variant="default"
            loading={unpin.isPending}
            onClick={() =>
              unpin.mutate(backupId, {
                onSuccess: () => toast.success(t('pin.undone')),
                onError: error => toast.error(problemText(t, error)),
              })
            }
          >
            {t('pin.unpin')}
          </Button>
        </Allowed>
      }
    >
      {pin.pinned_by !== null && t('pin.by', { who: pin.pinned_by })} <TimeAgo at={pin.pinned_at} />
    </Notice>
  );
}
