import { alarmWords, type AlarmNotice } from '@satchel/domain';
import { HttpChannel, type HttpChannelOptions } from './http-channel.js';

/** What Slack takes of a header and of a section, in characters. */
const MAX_HEADER = 150;
const MAX_SECTION = 3000;

/**
 * An incoming webhook of Slack. Words of strangers go out as `plain_text`, in which nothing is markup; the line that
 * notifications show knows no other form than Slack's own, where `<`, `>` and `&` must be escaped: `<!channel>` would
 * call everybody.
 */
export class SlackChannel extends HttpChannel {
  constructor(options: HttpChannelOptions) {
    super('slack', 'ALARM_SLACK_URL', options);
  }

  protected override document(notice: AlarmNotice): object {
    const { title, lines, link } = alarmWords(notice, this.wording);
    return {
      text: escapeMrkdwn(title),
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: 'header', text: plain(title, MAX_HEADER) },
        { type: 'section', text: plain(lines.join('\n'), MAX_SECTION) },
        ...(link === null
          ? []
          : [
              { type: 'actions', elements: [{ type: 'button', text: plain(link.label, 75), url: link.url }] },
            ]),
      ],
    };
  }
}

export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function plain(text: string, maxLength: number) {
  return { type: 'plain_text', text: cut(text, maxLength), emoji: false };
}

/** By UTF-16 units, as Slack counts, without half a character at the end. */
function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
