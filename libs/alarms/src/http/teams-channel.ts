import { alarmWords, type AlarmNotice } from '@satchel/domain';
import { HttpChannel, type HttpChannelOptions } from './http-channel.js';

/**
 * A workflow of Teams that posts an adaptive card. Words go out as `TextRun`s, in which nothing is markup: a `TextBlock`
 * would read Markdown, and `<at>` is only a mention where the card names it as one.
 */
export class TeamsChannel extends HttpChannel {
  constructor(options: HttpChannelOptions) {
    super('teams', 'ALARM_TEAMS_URL', options);
  }

  protected override document(notice: AlarmNotice): object {
    const { title, lines, link } = alarmWords(notice, this.wording);
    return {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              {
                type: 'RichTextBlock',
                inlines: [{ type: 'TextRun', text: title, weight: 'Bolder', size: 'Medium' }],
              },
              ...lines.map(text => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] })),
            ],
            actions: link === null ? [] : [{ type: 'Action.OpenUrl', title: link.label, url: link.url }],
          },
        },
      ],
    };
  }
}
