import type { AuditAction, AuditOutcome } from '../../lib/contract.js';
import type { Translate } from '../../texts/use-text.js';
import type { PillIcon } from '../../ui/pill.js';
import type { Tone } from '../../ui/tone.js';

export function actionTitle(t: Translate, action: AuditAction): string {
  return t(`audit.${action}`);
}

export function outcomeWords(
  t: Translate,
  outcome: AuditOutcome,
): { label: string; tone: Tone; icon: PillIcon } {
  switch (outcome) {
    case 'requested':
      return { label: t('outcome.requested'), tone: 'idle', icon: 'clock' };
    case 'success':
      return { label: t('outcome.success'), tone: 'ok', icon: 'check' };
    case 'failed':
      return { label: t('outcome.failed'), tone: 'bad', icon: 'alert' };
    case 'cancelled':
      return { label: t('outcome.cancelled'), tone: 'idle', icon: 'ban' };
    case 'refused':
      return { label: t('outcome.refused'), tone: 'warn', icon: 'warning' };
  }
}
