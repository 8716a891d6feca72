import { alarmWords, Secret, type AlarmNotice, type AlarmWording } from '@satchel/domain';
import { HttpChannel } from './http-channel.js';

export interface TelegramOptions {
  readonly token: Secret<string>;
  readonly chat: string;
  readonly wording: AlarmWording;
  /** Another server of the bot API than Telegram's own. */
  readonly apiUrl?: string;
  readonly timeoutMs?: number;
}

const API_URL = 'https://api.telegram.org';

/** What Telegram takes, in UTF-16 units. */
const MAX_TEXT = 4096;

/**
 * A bot of Telegram. The text goes out without a parse mode, so that nothing in it is markup; what is bold or a link is said
 * beside it, by place and length.
 */
export class TelegramChannel extends HttpChannel {
  readonly #chat: string;

  constructor({ token, chat, wording, apiUrl = API_URL, timeoutMs }: TelegramOptions) {
    super('telegram', 'ALARM_TELEGRAM_TOKEN', {
      url: new Secret(`${apiUrl}/bot${token.reveal()}/sendMessage`),
      wording,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    this.#chat = chat;
  }

  protected override document(notice: AlarmNotice): object {
    const { title, lines, link } = alarmWords(notice, this.wording);
    const body = [title, ...lines].join('\n');
    const text = link === null ? body : `${body}\n${link.label}`;
    const fits = text.length <= MAX_TEXT;
    return {
      chat_id: this.#chat,
      text: fits ? text : `${text.slice(0, MAX_TEXT - 1)}…`,
      entities: [
        { type: 'bold', offset: 0, length: title.length },
        ...(link === null || !fits
          ? []
          : [{ type: 'text_link', offset: body.length + 1, length: link.label.length, url: link.url }]),
      ],
      link_preview_options: { is_disabled: true },
    };
  }
}
