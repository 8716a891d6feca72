import { Secret } from '@satchel/domain';
import { describeAlarmChannel, HOSTILE_NAME, sampleAlarm, sampleNotice } from '@satchel/testing/conformance';
import { describe, expect, it } from 'vitest';
import { openHttpSubject, textsOf, WORDING } from '../testing/http-subject.js';
import { SlackChannel } from './slack-channel.js';

const TOKEN = 'T000/B000/slack-token-of-a-test';

const open = () =>
  openHttpSubject(
    (origin, timeoutMs) =>
      new SlackChannel({ url: new Secret(`${origin}/services/${TOKEN}`), wording: WORDING, timeoutMs }),
    [TOKEN],
    textsOf,
  );

describeAlarmChannel('SlackChannel', open, { redirects: true });

describe('SlackChannel', () => {
  it('lets no name mention, link or mark up anything', async () => {
    const subject = await open();
    try {
      await subject.channel.send(
        sampleNotice({
          alarm: sampleAlarm({
            kind: 'backup_failed',
            subject: HOSTILE_NAME,
            facts: { name: HOSTILE_NAME, jobId: 'j', error: 'unavailable' },
          }),
        }),
      );
      const { text, mrkdwn, blocks } = JSON.parse(subject.received()[0] ?? '') as {
        text: string;
        mrkdwn: boolean;
        blocks: { type: string; text?: { type: string; text: string } }[];
      };
      expect(text).not.toMatch(/[<>]/);
      expect(text).toContain('&lt;!channel&gt;');
      expect(mrkdwn).toBe(false);
      for (const block of blocks.filter(({ type }) => type !== 'actions')) {
        expect(block.text?.type).toBe('plain_text');
      }
      expect(blocks.find(({ type }) => type === 'header')?.text?.text.length).toBeLessThanOrEqual(150);
    } finally {
      await subject.dispose();
    }
  });
});
