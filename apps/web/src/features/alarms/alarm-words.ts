import type { AlarmChannel, AlarmDelivery } from '@satchel/api-client';
import type { Translate } from '../../texts/use-text.js';
import type { PillIcon } from '../../ui/pill.js';
import type { Tone } from '../../ui/tone.js';

export function channelTitle(t: Translate, channel: AlarmChannel['channel']): string {
  return t(`alarmChannel.${channel}`);
}

export function deliveryWords(
  t: Translate,
  state: AlarmDelivery['state'],
): { label: string; tone: Tone; icon: PillIcon } {
  switch (state) {
    case 'pending':
      return { label: t('delivery.pending'), tone: 'info', icon: 'clock' };
    case 'delivered':
      return { label: t('delivery.delivered'), tone: 'ok', icon: 'check' };
    case 'failed':
      return { label: t('delivery.failed'), tone: 'bad', icon: 'alert' };
    case 'superseded':
      return { label: t('delivery.superseded'), tone: 'idle', icon: 'ban' };
  }
}

/** How a channel does, by what became of its last message. */
export function channelState({
  last_delivered_at: delivered,
  last_problem_at: problem,
}: Pick<AlarmChannel, 'last_delivered_at' | 'last_problem_at'>): 'works' | 'troubled' | 'unused' {
  if (problem !== null && (delivered === null || problem > delivered)) return 'troubled';
  return delivered === null ? 'unused' : 'works';
}
