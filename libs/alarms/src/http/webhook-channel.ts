import { createHmac } from 'node:crypto';
import { alarmWords, harmlessText, type AlarmNotice, type Secret } from '@satchel/domain';
import { HttpChannel, type HttpChannelOptions } from './http-channel.js';

const MAX_TEXT = 200;

export interface WebhookOptions extends HttpChannelOptions {
  readonly secret: Secret<string>;
}

/**
 * Our own format, for programs: what is known, and the words for it. Signed, so that the receiver knows who sent it and
 * when; see docs/alarms.md.
 */
export class WebhookChannel extends HttpChannel {
  readonly #secret: Secret<string>;

  constructor({ secret, ...options }: WebhookOptions) {
    super('webhook', 'ALARM_WEBHOOK_URL', options);
    this.#secret = secret;
  }

  protected override document(notice: AlarmNotice): object {
    const { alarm } = notice;
    const words = alarmWords(notice, this.wording);
    return {
      delivery_id: notice.deliveryId,
      event: notice.event,
      sent_at: notice.at.toISOString(),
      title: words.title,
      text: words.lines.join('\n'),
      url: words.link?.url ?? null,
      alarm:
        alarm === null
          ? null
          : {
              alarm_id: alarm.alarmId,
              kind: alarm.kind,
              subject: harmlessText(alarm.subject, MAX_TEXT),
              facts: shortFacts(alarm.facts),
              opened_at: alarm.openedAt.toISOString(),
              resolved_at: alarm.resolvedAt?.toISOString() ?? null,
              times_seen: alarm.timesSeen,
            },
    };
  }

  protected override headers(body: string, { deliveryId, at }: AlarmNotice): Record<string, string> {
    return {
      'X-Satchel-Delivery': deliveryId,
      'X-Satchel-Signature': webhookSignature(this.#secret, body, at),
    };
  }
}

/** `t=<seconds since 1970>,v1=<HMAC-SHA256 over "<seconds>.<body>", in hex>`. */
export function webhookSignature(secret: Secret<string>, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const mac = createHmac('sha256', secret.reveal()).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}

/** With the contract's names, and no longer than a name may be. */
function shortFacts(facts: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]: [string, unknown]) => [
      name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      typeof value === 'string' ? harmlessText(value, MAX_TEXT) : value,
    ]),
  );
}
