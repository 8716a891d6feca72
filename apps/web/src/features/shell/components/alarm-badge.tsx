import { useText } from '../../../texts/use-text.js';
import { useOpenAlarms } from '../../alarms/api/open-alarms.js';
import classes from './app-shell.module.css';

/** How many alarms are open; nothing while all is well. */
export function AlarmBadge() {
  const { t, format } = useText();
  const count = useOpenAlarms();
  if (count === 0) return null;
  return (
    <span className={classes['count']}>
      <span aria-hidden>{format.number(count)}</span>
      <span className="visually-hidden">{t('alarms.openCount', { count })}</span>
    </span>
  );
}
