import { Button } from '@mantine/core';
import type { AlarmChannel, AlarmTest } from '@satchel/api-client';
import { MessageCircleOff, Send } from 'lucide-react';
import { Allowed } from '../../../lib/permission.js';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { EmptyState } from '../../../ui/empty-state.js';
import { Loaded } from '../../../ui/loaded.js';
import { Notice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/panel.js';
import { Pill } from '../../../ui/pill.js';
import { RowSkeleton } from '../../../ui/row-skeleton.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { channelState, channelTitle } from '../alarm-words.js';
import classes from '../alarms.module.css';
import { useAlarmChannels, useTestAlarms } from '../api/alarms.js';

/** The ways by which alarms are sent, whether messages get through, and a test of that. */
export function Channels() {
  const { t } = useText();
  const channels = useAlarmChannels();
  const test = useTestAlarms();
  return (
    <Panel
      title={t('alarms.channels')}
      hint={
        channels.data !== undefined &&
        channels.data.length > 0 && (
          <Allowed permission="backup.change_settings">
            <Button
              size="xs"
              variant="default"
              leftSection={<Send size={14} aria-hidden />}
              loading={test.isPending}
              onClick={() => test.mutate()}
            >
              {t('alarms.test')}
            </Button>
          </Allowed>
        )
      }
    >
      <Loaded query={channels} waiting={<RowSkeleton rows={2} />}>
        {all =>
          all.length === 0 ? (
            <EmptyState icon={MessageCircleOff} tone="warn" title={t('alarms.noChannel')}>
              {t('alarms.noChannelText')}
            </EmptyState>
          ) : (
            <div className={classes['stack']}>
              {test.data && <Tested tested={test.data} />}
              {test.isError && (
                <Notice tone="bad" live>
                  {problemText(t, test.error)}
                </Notice>
              )}
              <ul className={classes['channels']}>
                {all.map(channel => (
                  <Channel key={channel.channel} channel={channel} />
                ))}
              </ul>
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Tested({ tested }: { tested: readonly AlarmTest[] }) {
  const { t } = useText();
  const failed = tested.filter(({ delivered }) => !delivered);
  return (
    <Notice
      tone={failed.length === 0 ? 'ok' : 'bad'}
      title={failed.length === 0 ? t('alarms.tested') : t('alarms.testFailed', { count: failed.length })}
      live
    >
      {failed.length > 0 && (
        <ul className={classes['lines']}>
          {failed.map(({ channel, problem }) => (
            <li key={channel}>
              {channelTitle(t, channel)}: {problem}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

const STATES = {
  works: ['ok', 'check', 'alarms.works'],
  troubled: ['bad', 'alert', 'alarms.troubled'],
  unused: ['idle', 'info', 'alarms.unused'],
} as const;

function Channel({ channel }: { channel: AlarmChannel }) {
  const { t } = useText();
  const state = channelState(channel);
  const [tone, icon, label] = STATES[state];
  return (
    <li>
      <span className={classes['channel']}>
        <strong>{channelTitle(t, channel.channel)}</strong>
        <Pill tone={tone} icon={icon}>
          {t(label)}
        </Pill>
      </span>
      <small>{channel.target}</small>
      <small>
        {channel.last_delivered_at !== null && (
          <>
            {t('alarms.delivered')} <TimeAgo at={channel.last_delivered_at} />
          </>
        )}
        {channel.pending > 0 &&
          `${channel.last_delivered_at === null ? '' : ' · '}${t('alarms.waiting', { count: channel.pending })}`}
      </small>
      {state === 'troubled' && channel.last_problem !== null && (
        <small className="tone-bad" style={{ color: 'var(--tone)' }}>
          {channel.last_problem}
        </small>
      )}
    </li>
  );
}
