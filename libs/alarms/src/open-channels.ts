import type { AlarmChannel, AlarmWording, Secret } from '@satchel/domain';
import { EmailChannel } from './email/email-channel.js';
import type { SmtpServer } from './email/smtp-server-url.js';
import { SlackChannel } from './http/slack-channel.js';
import { TeamsChannel } from './http/teams-channel.js';
import { TelegramChannel } from './http/telegram-channel.js';
import { WebhookChannel } from './http/webhook-channel.js';

/** What the settings say of channels; null for those that are not set up. */
export interface ChannelSettings {
  readonly email: {
    readonly server: SmtpServer;
    readonly from: string;
    readonly to: readonly string[];
  } | null;
  readonly webhook: { readonly url: Secret<string>; readonly secret: Secret<string> } | null;
  readonly slackUrl: Secret<string> | null;
  readonly teamsUrl: Secret<string> | null;
  readonly telegram: { readonly token: Secret<string>; readonly chat: string } | null;
}

/** Makes the channels that are set up. Nothing is connected before something is sent. */
export function openChannels(settings: ChannelSettings, wording: AlarmWording): readonly AlarmChannel[] {
  const { email, webhook, slackUrl, teamsUrl, telegram } = settings;
  return [
    email && new EmailChannel({ ...email, wording }),
    webhook && new WebhookChannel({ ...webhook, wording }),
    slackUrl && new SlackChannel({ url: slackUrl, wording }),
    teamsUrl && new TeamsChannel({ url: teamsUrl, wording }),
    telegram && new TelegramChannel({ ...telegram, wording }),
  ].filter(channel => channel !== null);
}
