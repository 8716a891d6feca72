export * from './email/email-channel.js';
export * from './email/smtp-server-url.js';
export * from './http/http-heartbeat.js';
export * from './http/slack-channel.js';
export * from './http/teams-channel.js';
export * from './http/telegram-channel.js';
export * from './http/webhook-channel.js';
export * from './open-channels.js';
