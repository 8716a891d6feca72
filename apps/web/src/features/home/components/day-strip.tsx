import type { DayOfBackups } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import { cx } from '../../../ui/cx.js';
import classes from './day-strip.module.css';

/** One box for each of the last days: green where a backup was made, red where one failed, grey where none was. */
export function DayStrip({ days }: { days: readonly DayOfBackups[] }) {
  const { t, format } = useText();
  const withBackup = days.filter(({ success }) => success > 0).length;
  const withFailure = days.filter(({ failed }) => failed > 0).length;
  return (
    <div className={classes['strip']}>
      <ol className={classes['days']}>
        {days.map(day => {
          const text = `${format.day(`${day.date}T12:00:00`)}: ${words(day)}`;
          return (
            <li key={day.date} className={cx(classes['day'], `tone-${toneOf(day)}`)} title={text}>
              <span className="visually-hidden">{text}</span>
              {day.failed > 0 && <span className={classes['mark']} aria-hidden />}
            </li>
          );
        })}
      </ol>
      <div className={classes['ends']} aria-hidden>
        <span>{days[0] && format.day(`${days[0].date}T12:00:00`)}</span>
        <span>{t('home.today')}</span>
      </div>
      <p className={classes['sum']}>
        {t('home.daysSum', { count: withBackup, days: days.length })}{' '}
        {withFailure > 0 && t('home.daysFailed', { count: withFailure })}
      </p>
      <ul className={classes['legend']} aria-hidden>
        <li className="tone-ok">{t('home.legendGood')}</li>
        <li className="tone-bad">{t('home.legendFailed')}</li>
        <li className={classes['legendNone']}>{t('home.legendNone')}</li>
      </ul>
    </div>
  );

  function words({ success, failed, cancelled }: DayOfBackups): string {
    const parts = [
      success > 0 ? t('home.dayGood', { count: success }) : null,
      failed > 0 ? t('home.dayFailed', { count: failed }) : null,
      cancelled > 0 ? t('home.dayCancelled', { count: cancelled }) : null,
    ].filter(part => part !== null);
    return parts.length === 0 ? t('home.dayNone') : format.list(parts);
  }
}

function toneOf({ success, failed }: DayOfBackups): string {
  if (success > 0) return 'ok';
  return failed > 0 ? 'bad' : 'none';
}
