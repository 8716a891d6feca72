import { Secret } from '@satchel/domain';
import { describeAlarmChannel, HOSTILE_NAME, sampleAlarm, sampleNotice } from '@satchel/testing/conformance';
import { describe, expect, it } from 'vitest';
import { openHttpSubject, textsOf, WORDING } from '../testing/http-subject.js';
import { TelegramChannel } from './telegram-channel.js';

const TOKEN = '123456:telegram-token-of-a-test';

const JOB_ID = '6f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21';

const open = () =>
  openHttpSubject(
    (apiUrl, timeoutMs) =>
      new TelegramChannel({ token: new Secret(TOKEN), chat: '-1001', wording: WORDING, apiUrl, timeoutMs }),
    [TOKEN],
    textsOf,
  );

describeAlarmChannel('TelegramChannel', open, { redirects: true });

describe('TelegramChannel', () => {
  it('sends text in which nothing is markup; what is bold or a link is said by place', async () => {
    const subject = await open();
    try {
      await subject.channel.send(
        sampleNotice({
          alarm: sampleAlarm({
            kind: 'backup_failed',
            subject: HOSTILE_NAME,
            facts: { name: `🎒 ${HOSTILE_NAME}`, jobId: JOB_ID, error: 'unavailable' },
          }),
        }),
      );
      expect(subject.receiver.requests[0]?.path).toBe(`/bot${TOKEN}/sendMessage`);
      const document = JSON.parse(subject.received()[0] ?? '') as {
        chat_id: string;
        text: string;
        entities: { type: string; offset: number; length: number; url?: string }[];
      };
      expect(document).not.toHaveProperty('parse_mode');
      expect(document.chat_id).toBe('-1001');
      const parts = document.entities.map(({ type, offset, length }) => [
        type,
        document.text.slice(offset, offset + length),
      ]);
      expect(parts).toEqual([
        ['bold', document.text.split('\n')[0]],
        ['text_link', 'Open Satchel'],
      ]);
      expect(document.entities[1]?.url).toBe(`https://satchel.example/backup/history/${JOB_ID}`);
    } finally {
      await subject.dispose();
    }
  });
});
