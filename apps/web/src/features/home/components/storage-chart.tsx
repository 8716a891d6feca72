import type { SystemStatus } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import { AreaChart } from '../../../ui/area-chart.js';
import { storageOverTime } from '../storage-over-time.js';
import classes from './storage-chart.module.css';

/** What the backups take, how that has grown, and how long the room lasts. */
export function StorageChart({ status }: { status: SystemStatus }) {
  const { t, format } = useText();
  const { storage, days } = status;
  if (!storage.reachable) return <p>{t('home.storageUnknown')}</p>;
  const used = storage.used_bytes;
  const points = used === null ? [] : storageOverTime(days, used);
  return (
    <div className={classes['storage']}>
      <dl className={classes['numbers']}>
        <div>
          <dt>{t('storage.used')}</dt>
          <dd>{used === null ? '–' : format.bytes(used)}</dd>
        </div>
        <div>
          <dt>{t('storage.free')}</dt>
          <dd>{storage.free_bytes === null ? '–' : format.bytes(storage.free_bytes)}</dd>
        </div>
        <div>
          <dt>{t('storage.lasts')}</dt>
          <dd>{lasts()}</dd>
        </div>
      </dl>
      {points.length > 1 && (
        <AreaChart
          label={t('home.storageChart', {
            from: format.bytes(points[0]?.bytes ?? 0),
            to: format.bytes(used ?? 0),
            count: points.length,
          })}
          points={points.map(({ date, bytes }) => ({
            label: format.day(`${date}T12:00:00`),
            value: bytes,
          }))}
          formatValue={format.bytes}
        />
      )}
    </div>
  );

  function lasts(): string {
    const left = storage.reachable ? storage.days_until_full : null;
    if (left === null) return t('storage.noGrowth');
    return left > 730 ? t('storage.years') : t('storage.days', { count: left });
  }
}
