import { parseSmtpUrl, type ChannelSettings } from '@satchel/alarms';
import { ALARM_LANGUAGES, Secret, type AlarmWording } from '@satchel/domain';
import { z } from 'zod';

const webAddress = z
  .string()
  .refine(isWebAddress, 'must be a URL that begins with https:// or http://')
  .transform(text => new Secret(text));

/** `asha@school.example`, or `Satchel <satchel@school.example>`. Nothing that could be another header or address. */
const MAIL_ADDRESS =
  /^(?:[^<>@,;:"\\\p{Cc}]{1,100} <[^<>@,;:\s\p{Cc}]{1,64}@[^<>@,;:\s\p{Cc}]{1,255}>|[^<>@,;:"\s\p{Cc}]{1,64}@[^<>@,;:\s\p{Cc}]{1,255})$/u;

const limit = (what: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `must be ${what}, ${min} to ${max}`)
    .transform(Number)
    .refine(value => value >= min && value <= max, `must be ${what}, ${min} to ${max}`);

/** Everything about alarms; see docs/alarms.md. */
export const ALARM_SETTINGS = {
  ALARM_EMAIL_TO: z
    .string()
    .transform(text => text.split(',').map(address => address.trim()))
    .pipe(
      z
        .array(z.string().regex(MAIL_ADDRESS, 'must be e-mail addresses, separated by commas'))
        .max(50, 'must be 50 addresses at most'),
    )
    .optional()
    .describe(
      'Who gets alarms by e-mail: addresses, separated by commas. Needs `ALARM_EMAIL_FROM` and `SMTP_URL`.',
    ),
  ALARM_EMAIL_FROM: z
    .string()
    .regex(MAIL_ADDRESS, 'must be an e-mail address, e.g. Satchel <satchel@school.example>')
    .optional()
    .describe('Whom alarms by e-mail come from: `Satchel <satchel@school.example>`.'),
  SMTP_URL: z
    .string()
    .refine(
      text => parseSmtpUrl(text) !== null,
      'must be smtp://user:password@host:587 or smtps://user:password@host',
    )
    .transform(text => new Secret(text))
    .optional()
    .describe(
      'The mail server: `smtp://user:password@host:587`, or `smtps://…` with TLS from the start. ' +
        'With a password, STARTTLS is required unless the server is on this machine. Special characters are percent-encoded.',
    ),
  ALARM_WEBHOOK_URL: webAddress
    .optional()
    .describe('An address that gets each alarm as JSON by POST, signed. Needs `ALARM_WEBHOOK_SECRET`.'),
  ALARM_WEBHOOK_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .transform(text => new Secret(text))
    .optional()
    .describe(
      'What webhooks are signed with (`openssl rand -base64 32`): `X-Satchel-Signature: t=<seconds>,v1=<HMAC-SHA256>`.',
    ),
  ALARM_SLACK_URL: webAddress.optional().describe('An incoming webhook of Slack.'),
  ALARM_TEAMS_URL: webAddress.optional().describe('A workflow of Teams that posts what a webhook gets.'),
  ALARM_TELEGRAM_TOKEN: z
    .string()
    .regex(/^\d{1,20}:[A-Za-z0-9_-]{10,100}$/, "must be a bot's token, as BotFather gives it: 123456:ABC…")
    .transform(text => new Secret(text))
    .optional()
    .describe('The token of a Telegram bot. Needs `ALARM_TELEGRAM_CHAT`.'),
  ALARM_TELEGRAM_CHAT: z
    .string()
    .regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{3,40})$/, "must be a chat's number or @name")
    .optional()
    .describe(
      'The chat that the bot writes to: its number (groups have a negative one), or `@name` of a channel.',
    ),
  ALARM_LANGUAGE: z
    .enum(ALARM_LANGUAGES, `must be one of ${ALARM_LANGUAGES.join(', ')}`)
    .default('en')
    .describe('The language of alarms: `en` or `hi`.'),
  ALARM_OVERDUE_HOURS: limit('hours', 1, 100_000)
    .default(26)
    .describe('An alarm is raised when the newest good backup of a type is older than so many hours.'),
  ALARM_STORAGE_PERCENT: limit('percent', 1, 100)
    .default(90)
    .describe(
      "An alarm is raised when the backups' disk is so full, would be full within a week at the present rate, or has no room for one more backup.",
    ),
  ALARM_UNVERIFIED_DAYS: limit('days', 1, 10_000)
    .default(35)
    .describe('An alarm is raised when a stored backup has not been read back for so many days.'),
  HEARTBEAT_URL: webAddress
    .optional()
    .describe(
      "A dead man's switch, e.g. of healthchecks.io: asked by GET after each good backup, and with `/fail` at its end after a failed one.",
    ),
  PUBLIC_URL: z
    .string()
    .refine(isWebAddress, 'must be a URL that begins with https:// or http://')
    .transform(text => text.replace(/\/+$/, ''))
    .optional()
    .describe(
      'Where people find the server, for links in alarms: `https://satchel.school.example`, without `/backup/`.',
    ),
};

/** Addresses may hold a token, so all of them count as secrets. */
export const SECRET_ALARM_SETTINGS: readonly string[] = [
  'SMTP_URL',
  'ALARM_WEBHOOK_URL',
  'ALARM_WEBHOOK_SECRET',
  'ALARM_SLACK_URL',
  'ALARM_TEAMS_URL',
  'ALARM_TELEGRAM_TOKEN',
  'HEARTBEAT_URL',
];

/** Settings that are of no use without others. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  ALARM_EMAIL_TO: ['ALARM_EMAIL_FROM', 'SMTP_URL'],
  ALARM_WEBHOOK_URL: ['ALARM_WEBHOOK_SECRET'],
  ALARM_TELEGRAM_TOKEN: ['ALARM_TELEGRAM_CHAT'],
  ALARM_TELEGRAM_CHAT: ['ALARM_TELEGRAM_TOKEN'],
};

/** What is missing beside what is given. */
export function missingAlarmSettings(
  given: Readonly<Record<string, string>>,
): readonly { readonly setting: string; readonly problem: string }[] {
  return Object.entries(TOGETHER).flatMap(([setting, needs]) =>
    given[setting] === undefined
      ? []
      : needs
          .filter(need => given[need] === undefined)
          .map(need => ({ setting: need, problem: `is needed with ${setting}, and not set` })),
  );
}

/** What the settings say of alarms. */
export interface AlarmConfig {
  readonly channels: ChannelSettings;
  readonly wording: AlarmWording;
  readonly heartbeatUrl: Secret<string> | null;
  readonly overdueHours: number;
  readonly storagePercent: number;
  readonly unverifiedDays: number;
}

type ParsedAlarmSettings = z.output<z.ZodObject<typeof ALARM_SETTINGS>>;

/** @param settings complete, see `missingAlarmSettings` */
export function alarmConfigOf(settings: ParsedAlarmSettings): AlarmConfig {
  const { ALARM_EMAIL_TO: to, ALARM_EMAIL_FROM: from, ALARM_TELEGRAM_TOKEN: token } = settings;
  const server = settings.SMTP_URL === undefined ? null : parseSmtpUrl(settings.SMTP_URL.reveal());
  const { ALARM_WEBHOOK_URL: url, ALARM_WEBHOOK_SECRET: secret, ALARM_TELEGRAM_CHAT: chat } = settings;
  return Object.freeze({
    channels: {
      email: to && from && server ? { server, from, to } : null,
      webhook: url && secret ? { url, secret } : null,
      slackUrl: settings.ALARM_SLACK_URL ?? null,
      teamsUrl: settings.ALARM_TEAMS_URL ?? null,
      telegram: token && chat !== undefined ? { token, chat } : null,
    },
    wording: { language: settings.ALARM_LANGUAGE, publicUrl: settings.PUBLIC_URL ?? null },
    heartbeatUrl: settings.HEARTBEAT_URL ?? null,
    overdueHours: settings.ALARM_OVERDUE_HOURS,
    storagePercent: settings.ALARM_STORAGE_PERCENT,
    unverifiedDays: settings.ALARM_UNVERIFIED_DAYS,
  });
}

/** With user and password in it `fetch` would refuse it, and say why with the address. */
function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    ['https:', 'http:'].includes(url.protocol) &&
    url.hostname !== '' &&
    url.username === '' &&
    url.password === ''
  );
}
