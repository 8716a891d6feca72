import { AlarmChannel, alarmWords, type AlarmNotice, type AlarmWording } from '@satchel/domain';
import { htmlMail } from './html-mail.js';
import { toMailError } from './mail-error.js';
import type { SmtpServer } from './smtp-server-url.js';

/** Longest time for a whole conversation, in milliseconds: a mail server may greet late on purpose. */
const SEND_TIMEOUT_MS = 30_000;

export interface EmailOptions {
  readonly server: SmtpServer;
  readonly from: string;
  readonly to: readonly string[];
  readonly wording: AlarmWording;
  readonly timeoutMs?: number;
}

/** Mail by SMTP, one message to all addresses. */
export class EmailChannel extends AlarmChannel {
  override readonly name = 'email';

  constructor(private readonly options: EmailOptions) {
    super();
  }

  get target(): string {
    return this.options.to.join(', ');
  }

  override async send(notice: AlarmNotice, signal?: AbortSignal): Promise<string | null> {
    const { server, from, to, wording, timeoutMs = SEND_TIMEOUT_MS } = this.options;
    // Only when there is something to send: a command would load it for nothing.
    const { createTransport } = await import('nodemailer');
    const words = alarmWords(notice, wording);
    const timeout = AbortSignal.timeout(timeoutMs);
    const transport = createTransport({
      ...server.connection,
      ...(server.auth === null
        ? {}
        : { auth: { user: server.auth.user, pass: server.auth.password.reveal() } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
    });
    try {
      const { rejected } = await transport.sendMail({
        from,
        to: [...to],
        // Words hold no line break; nodemailer would fold one away all the same.
        subject: words.title,
        text: [words.title, '', ...words.lines, ...(words.link ? ['', words.link.url] : [])].join('\n'),
        html: htmlMail(words, wording.language),
        messageId: `<${notice.deliveryId}@satchel.invalid>`,
        date: notice.at,
        // Nobody's out-of-office reply is wanted.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Satchel-Event': notice.event },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      return rejected.length === 0
        ? null
        : `The mail server refuses ${rejected.length} of ${to.length} addresses of ALARM_EMAIL_TO.`;
    } catch (thrown) {
      throw toMailError(thrown, { timedOutAfterMs: timeout.aborted ? timeoutMs : null });
    } finally {
      transport.close();
    }
  }
}
