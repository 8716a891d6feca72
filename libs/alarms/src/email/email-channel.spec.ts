import { inspect } from 'node:util';
import { Secret, type AlarmLanguage } from '@satchel/domain';
import {
  describeAlarmChannel,
  HOSTILE_NAME,
  sampleAlarm,
  sampleNotice,
  TEST_TIMEOUT_MS,
  type AlarmChannelSubject,
} from '@satchel/testing/conformance';
import { afterEach, describe, expect, it } from 'vitest';
import { startSmtpReceiver, type SmtpReceiver } from '../testing/smtp-receiver.js';
import { EmailChannel } from './email-channel.js';
import { parseSmtpUrl } from './smtp-server-url.js';

const USER = 'satchel';
const PASSWORD = 'mail password of a test';
const FROM = 'Satchel <satchel@school.example>';
const TO = ['asha@school.example', 'ravi@school.example'];

interface EmailSubject extends AlarmChannelSubject {
  readonly receiver: SmtpReceiver;
}

async function open({
  language = 'en',
  password = PASSWORD,
  host = '127.0.0.1',
  tls = false,
}: {
  language?: AlarmLanguage;
  password?: string;
  host?: string;
  tls?: boolean;
} = {}): Promise<EmailSubject> {
  const receiver = await startSmtpReceiver({ user: USER, password: PASSWORD, tls });
  const server = parseSmtpUrl(`smtp://${USER}:${encodeURIComponent(password)}@${host}:${receiver.port}`);
  if (server === null) throw new Error('no such URL');
  const channel = new EmailChannel({
    server,
    from: FROM,
    to: TO,
    wording: { language, publicUrl: 'https://satchel.example' },
    timeoutMs: TEST_TIMEOUT_MS,
  });
  return {
    receiver,
    channel,
    secrets: [PASSWORD, Buffer.from(PASSWORD).toString('base64')],
    behave: mood => void (receiver.mood = mood),
    stop: () => receiver.close(),
    received: () => receiver.mails.map(({ raw }) => raw),
    readable: () => decode(receiver.mails.at(-1)?.raw ?? ''),
    elsewhere: 0,
    dispose: () => receiver.close(),
  };
}

describeAlarmChannel('EmailChannel', open, { redirects: false });

describe('EmailChannel', () => {
  let subject: EmailSubject;
  afterEach(() => subject.dispose());

  it('lets no name become a header, an address or part of the page', async () => {
    subject = await open();
    const facts = { name: HOSTILE_NAME, jobId: 'j', error: 'unavailable' } as const;
    await subject.channel.send(
      sampleNotice({ alarm: sampleAlarm({ kind: 'backup_failed', subject: HOSTILE_NAME, facts }) }),
    );
    const [mail] = subject.receiver.mails;
    expect(mail?.to).toEqual(TO);
    const [head = ''] = (mail?.raw ?? '').split('\r\n\r\n');
    expect(head).not.toMatch(/^bcc:/im);
    expect(head.match(/^subject:/gim)).toHaveLength(1);
    const html = decode(mail?.raw ?? '').split('<!doctype html>')[1] ?? '';
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/<script|<\/b>|<!channel/);
  });

  it('says it in Hindi', async () => {
    subject = await open({ language: 'hi' });
    await subject.channel.send(sampleNotice());
    expect(subject.readable()).toContain('बैकअप "full" विफल हुआ');
    expect(subject.readable()).toContain('<html lang="hi">');
  });

  it('is the same message to a receiver that gets it twice', async () => {
    subject = await open();
    const notice = sampleNotice();
    await subject.channel.send(notice);
    expect(subject.received()[0]).toContain(`Message-ID: <${notice.deliveryId}@satchel.invalid>`);
  });

  it('reaches the others where one address is refused, and says so', async () => {
    subject = await open();
    subject.receiver.refusedAddresses.add(TO[0] ?? '');
    expect(await subject.channel.send(sampleNotice())).toMatch(/refuses 1 of 2 addresses/);
    expect(subject.receiver.mails[0]?.to).toEqual([TO[1]]);
  });

  it('gives up on a wrong password, without telling it', async () => {
    subject = await open({ password: 'another password' });
    const error: unknown = await subject.channel.send(sampleNotice()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'validation_error', message: expect.stringContaining('SMTP 535') });
    expect(inspect(error, { depth: Infinity })).not.toContain('another password');
  });

  it('sends no password to another machine without TLS', () => {
    expect(parseSmtpUrl('smtp://u:p@mail.example')?.connection).toMatchObject({
      port: 587,
      requireTLS: true,
    });
    expect(parseSmtpUrl('smtp://mail.example:25')?.connection).toMatchObject({ port: 25, requireTLS: false });
    expect(parseSmtpUrl('smtps://u:p@mail.example')?.connection).toMatchObject({ port: 465, secure: true });
    expect(parseSmtpUrl('smtp://u:p%40@[::1]:1025')?.auth?.password).toEqual(new Secret('p@'));
    expect(parseSmtpUrl('smtp://u:p@[::1]:1025')?.connection).toMatchObject({
      host: '::1',
      requireTLS: false,
    });
    for (const wrong of [
      'http://mail.example',
      'smtp://',
      'smtp://u:%E0%A4%A@mail.example',
      'smtp://m/x',
      'mail',
    ]) {
      expect(parseSmtpUrl(wrong), wrong).toBeNull();
    }
  });

  it('trusts no certificate that this machine does not', async () => {
    subject = await open({ tls: true });
    const error: unknown = await subject.channel.send(sampleNotice()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining('SMTP_URL') });
    expect(subject.receiver.mails).toHaveLength(0);
  });
});

/** A mail's text as a program for mail shows it: quoted-printable and base64 parts, and encoded words of its head. */
function decode(raw: string): string {
  const head = raw.replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=(\r\n )?/gi, (_whole, kind: string, text: string) =>
    kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : quoted(text.replaceAll('_', ' ')),
  );
  return head
    .split(/\r\n--/)
    .map(part => {
      const [fields = '', ...rest] = part.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      if (/quoted-printable/i.test(fields)) return `${fields}\n${quoted(body)}`;
      if (/base64/i.test(fields)) return `${fields}\n${Buffer.from(body, 'base64').toString()}`;
      return part;
    })
    .join('\n');
}

function quoted(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
