import { Secret } from '@satchel/domain';
import { describeAlarmChannel, HOSTILE_NAME, sampleAlarm, sampleNotice } from '@satchel/testing/conformance';
import { describe, expect, it } from 'vitest';
import { openHttpSubject, textsOf, WORDING } from '../testing/http-subject.js';
import { TeamsChannel } from './teams-channel.js';

const SIGNATURE = 'sig-of-a-test-workflow';

const open = () =>
  openHttpSubject(
    (origin, timeoutMs) =>
      new TeamsChannel({
        url: new Secret(`${origin}/workflows/0a1b/triggers/manual?sig=${SIGNATURE}`),
        wording: WORDING,
        timeoutMs,
      }),
    [SIGNATURE, '0a1b'],
    textsOf,
  );

describeAlarmChannel('TeamsChannel', open, { redirects: true });

describe('TeamsChannel', () => {
  it('puts words where no Markdown is read, and names nobody to mention', async () => {
    const subject = await open();
    try {
      await subject.channel.send(
        sampleNotice({
          alarm: sampleAlarm({
            kind: 'copy_failed',
            subject: HOSTILE_NAME,
            facts: { file: '<at>everyone</at>', error: 'unavailable' },
          }),
        }),
      );
      const document = JSON.parse(subject.received()[0] ?? '') as {
        attachments: { contentType: string; content: { body: { type: string }[]; actions: unknown[] } }[];
      };
      const [card] = document.attachments;
      expect(card?.contentType).toBe('application/vnd.microsoft.card.adaptive');
      expect(new Set(card?.content.body.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
      expect(card?.content).not.toHaveProperty('msteams');
      expect(card?.content.actions).toEqual([
        { type: 'Action.OpenUrl', title: 'Open Satchel', url: 'https://satchel.example/backup/' },
      ]);
    } finally {
      await subject.dispose();
    }
  });
});
