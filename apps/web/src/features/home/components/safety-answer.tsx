import {
  CircleAlert,
  CircleCheck,
  Info,
  ShieldAlert,
  ShieldCheck,
  ShieldX,
  TriangleAlert,
} from 'lucide-react';
import { Link } from 'react-router';
import { paths } from '../../../lib/paths.js';
import type { SystemStatus } from '@satchel/api-client';
import { useNow } from '../../../lib/use-now.js';
import type { TextTools } from '../../../texts/use-text.js';
import { useText } from '../../../texts/use-text.js';
import { cx } from '../../../ui/cx.js';
import { typeTitle } from '../../jobs/job-words.js';
import { serviceTitle } from '../../system/service-title.js';
import { assessSafety } from '../assess-safety.js';
import type { SafetyReason } from '../assess-safety.js';
import classes from './safety-answer.module.css';

const LEVELS = {
  safe: { tone: 'ok', icon: ShieldCheck, title: 'home.safe' },
  attention: { tone: 'warn', icon: ShieldAlert, title: 'home.attention' },
  danger: { tone: 'bad', icon: ShieldX, title: 'home.danger' },
} as const;

const ICONS = {
  ok: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
  info: Info,
  idle: CircleCheck,
};

/** "Are we safe?" in one sentence, with its reasons. */
export function SafetyAnswer({ status, stale }: { status: SystemStatus; stale: boolean }) {
  const tools = useText();
  const now = useNow();
  const { level, reasons } = assessSafety(status, now);
  const { tone, icon: Icon, title } = LEVELS[level];
  return (
    <section className={cx(classes['answer'], `tone-${tone}`)} aria-labelledby="safety-answer">
      <span className={classes['shield']}>
        <Icon size={34} aria-hidden />
      </span>
      <div className={classes['body']}>
        <h2 className={classes['title']} id="safety-answer">
          {tools.t(title)}
        </h2>
        <ul className={classes['reasons']}>
          {reasons.map((reason, index) => {
            const ReasonIcon = ICONS[reason.tone];
            const details = detailsOf(reason);
            return (
              <li key={index} className={cx(classes['reason'], `tone-${reason.tone}`)}>
                <ReasonIcon size={18} aria-hidden />
                <span>
                  {reasonText(tools, reason, now)}
                  {details !== null && (
                    <>
                      {' '}
                      <Link to={details}>{tools.t('toast.details')}</Link>
                    </>
                  )}
                </span>
              </li>
            );
          })}
          {stale && (
            <li className={cx(classes['reason'], 'tone-warn')}>
              <TriangleAlert size={18} aria-hidden />
              <span>{tools.t('home.stale')}</span>
            </li>
          )}
        </ul>
      </div>
    </section>
  );
}

/** Where more is said of a reason, and something can be done about it. */
function detailsOf(reason: SafetyReason): string | null {
  if (reason.kind === 'failed') return paths.job(reason.job.job_id);
  return reason.kind === 'alarms' ? paths.alarms : null;
}

function reasonText({ t, format }: TextTools, reason: SafetyReason, now: Date): string {
  switch (reason.kind) {
    case 'service':
      return `${t('reason.service', { service: serviceTitle(t, reason.service) })} ${reason.problem ?? ''}`.trim();
    case 'never':
      return t('reason.never', { type: typeTitle(t, reason.type) });
    case 'old':
      return t('reason.old', { type: typeTitle(t, reason.type), age: format.relative(reason.at, now) });
    case 'fresh':
      return t('reason.fresh', { type: typeTitle(t, reason.type), age: format.relative(reason.at, now) });
    case 'failed':
      return t('reason.failed', {
        type: typeTitle(t, reason.job.backup_type ?? ''),
        age: format.relative(reason.job.created_at, now),
      });
    case 'unverified':
      return t('reason.unverified', { type: typeTitle(t, reason.type) });
    case 'verified':
      return t('reason.verified', { age: format.relative(reason.at, now) });
    case 'alarms':
      return t('reason.alarms', { count: reason.count });
    case 'space':
      return t('reason.space', { count: reason.days });
    case 'unreadable':
      return t('reason.unreadable');
  }
}
