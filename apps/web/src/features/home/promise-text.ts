import type { MeasuredPromise } from '@satchel/api-client';
import type { TextTools } from '../../texts/use-text.js';

/** What can be promised of a type, as a sentence made from what was measured. */
export function promiseText(
  { t, format }: TextTools,
  {
    data_loss_seconds: lost,
    last_drill: drill,
    drill_needs_key: needsKey,
  }: Pick<MeasuredPromise, 'data_loss_seconds' | 'last_drill' | 'drill_needs_key'>,
): string {
  if (drill === null) {
    const loss =
      lost === null ? t('promise.loseAll') : t('promise.lose', { time: format.duration(lost * 1_000) });
    return `${loss} ${t(needsKey ? 'promise.drillNeedsKey' : 'promise.noDrill')}`;
  }
  const restore = format.duration(drill.restore_seconds * 1_000);
  return lost === null
    ? t('promise.loseAllAndRestore', { restore })
    : t('promise.loseAndRestore', { time: format.duration(lost * 1_000), restore });
}
