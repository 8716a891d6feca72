import { Pin } from 'lucide-react';
import { useText } from '../../../texts/use-text.js';
import { usePin } from '../api/pins.js';
import classes from '../retention.module.css';

/** Beside a backup in a list: that it is pinned, and why. Nothing beside others. */
export function PinMark({ backupId }: { backupId: string }) {
  const { t } = useText();
  const pin = usePin(backupId);
  if (pin === null) return null;
  return (
    <small className={classes['mark']}>
      <Pin size={13} aria-hidden />
      <span>{t('pin.kept', { reason: pin.reason })}</span>
    </small>
  );
}
