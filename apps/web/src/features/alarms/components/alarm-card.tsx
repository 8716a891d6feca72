import { Button } from '@mantine/core';
import type { Alarm, AlarmDelivery } from '@satchel/api-client';
import { Bell, BellRing, CircleCheck } from 'lucide-react';
import toast from 'react-hot-toast';
import { Allowed } from '../../../lib/permission.js';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { cx } from '../../../ui/cx.js';
import { Pill } from '../../../ui/pill.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { channelTitle, deliveryWords } from '../alarm-words.js';
import classes from '../alarms.module.css';
import { useAcknowledgeAlarm } from '../api/alarms.js';

/** One alarm: what is wrong, since when, who knows, and who was told. */
export function AlarmCard({ alarm }: { alarm: Alarm }) {
  const { t } = useText();
  const { title } = alarm;
  const noticed = alarm.acknowledged_at !== null;
  const [tone, Icon] = !alarm.open
    ? (['idle', CircleCheck] as const)
    : noticed
      ? (['warn', Bell] as const)
      : (['bad', BellRing] as const);
  return (
    <article className={cx(classes['alarm'], `tone-${tone}`)} aria-label={title}>
      <span className={classes['badge']}>
        <Icon size={20} aria-hidden />
      </span>
      <div className={classes['body']}>
        <div className={classes['head']}>
          <h2 className={classes['title']}>{title}</h2>
          {alarm.open && !noticed && <Acknowledge alarm={alarm} title={title} />}
        </div>
        <ul className={classes['lines']}>
          {alarm.lines.map(line => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <p className={classes['facts']}>
          <span>
            {t('alarms.opened')} <TimeAgo at={alarm.opened_at} />
          </span>
          {alarm.resolved_at === null ? (
            <span>
              {t('alarms.seen')} <TimeAgo at={alarm.last_seen_at} />
            </span>
          ) : (
            <span>
              {t('alarms.resolved')} <TimeAgo at={alarm.resolved_at} />
            </span>
          )}
          {noticed && (
            <Pill tone="ok" icon="check">
              {alarm.acknowledged_by === null
                ? t('alarms.acknowledged')
                : t('alarms.acknowledgedBy', { who: alarm.acknowledged_by })}
            </Pill>
          )}
        </p>
        {alarm.deliveries.length === 0 ? (
          <p className={classes['untold']}>{t('alarms.noDeliveries')}</p>
        ) : (
          <details className={classes['messages']}>
            <summary>{t('alarms.deliveries', { count: alarm.deliveries.length })}</summary>
            <ul>
              {alarm.deliveries.map(delivery => (
                <Delivery key={delivery.delivery_id} delivery={delivery} />
              ))}
            </ul>
          </details>
        )}
      </div>
    </article>
  );
}

function Acknowledge({ alarm, title }: { alarm: Alarm; title: string }) {
  const { t } = useText();
  const acknowledge = useAcknowledgeAlarm();
  return (
    <Allowed permission="backup.change_settings">
      <Button
        size="xs"
        variant="default"
        aria-label={t('alarms.acknowledgeOne', { title })}
        loading={acknowledge.isPending}
        onClick={() =>
          acknowledge.mutate(alarm.alarm_id, {
            onSuccess: () => toast.success(t('alarms.acknowledgeDone')),
            onError: error => toast.error(problemText(t, error)),
          })
        }
      >
        {t('alarms.acknowledge')}
      </Button>
    </Allowed>
  );
}

function Delivery({ delivery }: { delivery: AlarmDelivery }) {
  const { t } = useText();
  const { label, tone, icon } = deliveryWords(t, delivery.state);
  return (
    <li>
      <span>
        <strong>{channelTitle(t, delivery.channel)}</strong> · {t(`alarmEvent.${delivery.event}`)} ·{' '}
        <TimeAgo at={delivery.finished_at ?? delivery.created_at} />
        {delivery.problem !== null && <small>{delivery.problem}</small>}
      </span>
      <Pill tone={tone} icon={icon}>
        {label}
      </Pill>
    </li>
  );
}
