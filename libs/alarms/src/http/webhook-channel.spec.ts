import { createHmac } from 'node:crypto';
import { Secret } from '@satchel/domain';
import { describeAlarmChannel, HOSTILE_NAME, sampleAlarm, sampleNotice } from '@satchel/testing/conformance';
import { afterEach, describe, expect, it } from 'vitest';
import { openHttpSubject, textsOf, WORDING } from '../testing/http-subject.js';
import { WebhookChannel } from './webhook-channel.js';

const SECRET = 'a secret of the webhook';
const PATH = 'hook-7f31c0';

const JOB_ID = '6f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21';

const open = () =>
  openHttpSubject(
    (origin, timeoutMs) =>
      new WebhookChannel({
        url: new Secret(`${origin}/${PATH}?key=of-the-query`),
        secret: new Secret(SECRET),
        wording: WORDING,
        timeoutMs,
      }),
    [SECRET, PATH, 'of-the-query'],
    textsOf,
  );

describeAlarmChannel('WebhookChannel', open, { redirects: true });

describe('WebhookChannel', () => {
  let subject: Awaited<ReturnType<typeof open>>;
  afterEach(() => subject.dispose());

  it('signs time and body, so that a receiver can check both', async () => {
    subject = await open();
    const notice = sampleNotice();
    await subject.channel.send(notice);
    const [request] = subject.receiver.requests;
    const signature = String(request?.headers['x-satchel-signature']);
    const [, seconds = '', mac = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    expect(Number(seconds)).toBe(notice.at.getTime() / 1000);
    expect(mac).toBe(createHmac('sha256', SECRET).update(`${seconds}.${request?.body}`).digest('hex'));
    expect(request?.headers['x-satchel-delivery']).toBe(notice.deliveryId);
    expect(request?.path).toBe(`/${PATH}?key=of-the-query`);
  });

  it('says what is known with names for programs, without line breaks of strangers', async () => {
    subject = await open();
    const facts = { name: HOSTILE_NAME, jobId: JOB_ID, error: 'unavailable' } as const;
    await subject.channel.send(
      sampleNotice({ alarm: sampleAlarm({ kind: 'backup_failed', subject: 'full', facts }) }),
    );
    const document = JSON.parse(subject.received()[0] ?? '') as Record<string, unknown>;
    expect(document).toMatchObject({
      event: 'raised',
      url: `https://satchel.example/backup/history/${JOB_ID}`,
      alarm: { kind: 'backup_failed', subject: 'full', facts: { job_id: JOB_ID, error: 'unavailable' } },
    });
    expect(JSON.stringify(document['alarm'])).not.toMatch(/\\r|\\n|\u202e/);
  });

  it('passes on how long a busy receiver wants to be left alone', async () => {
    subject = await open();
    subject.behave('unavailable');
    subject.receiver.unavailableStatus = 429;
    subject.receiver.retryAfter = '120';
    await expect(subject.channel.send(sampleNotice())).rejects.toMatchObject({
      kind: 'unavailable',
      context: { retryAfterMs: 120_000 },
    });
  });
});
