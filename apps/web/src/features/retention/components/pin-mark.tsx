import type { Pin as PinOf } from '@satchel/api-client';
import { Pin } from 'lucide-react';
import { useText } from '../../../texts/use-text.js';
import classes from '../retention.module.css';

/** Beside a backup in a list: that it is pinned, and why. */
export function PinMark({ pin }: { pin: PinOf }) {
  const { t } = useText();
  return (
    <small className={classes['mark']}>
      <Pin size={13} aria-hidden />
      <span>{t('pin.kept', { reason: pin.reason })}</span>
    </small>
  );
}
