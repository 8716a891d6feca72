import { inspect } from 'node:util';
import { BackupError } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { loadWiringConfig } from './wiring.config.js';

const load = (env: Record<string, string>) => loadWiringConfig({ env, cwd: '/nonexistent' });

function settingsOf(env: Record<string, string>): { names: unknown[]; told: string } {
  try {
    load(env);
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const settings = error.context['settings'] as { setting: string }[];
    return { names: settings.map(({ setting }) => setting), told: inspect(error, { depth: Infinity }) };
  }
  return { names: [], told: '' };
}

describe('settings of alarms', () => {
  it('may all be missing', () => {
    const { alarms } = load({});
    expect(alarms).toMatchObject({
      channels: { email: null, webhook: null, slackUrl: null, teamsUrl: null, telegram: null },
      wording: { language: 'en', publicUrl: null },
      heartbeatUrl: null,
      overdueHours: 26,
      storagePercent: 90,
      unverifiedDays: 35,
    });
  });

  it('are read', () => {
    const { alarms } = load({
      ALARM_EMAIL_TO: 'asha@school.example, Ravi Rao <ravi@school.example>',
      ALARM_EMAIL_FROM: 'Satchel <satchel@school.example>',
      SMTP_URL: 'smtps://u:p%40@mail.example',
      ALARM_WEBHOOK_URL: 'https://hooks.example/a?b=c',
      ALARM_WEBHOOK_SECRET: 'sixteen letters!',
      ALARM_SLACK_URL: 'https://hooks.slack.example/services/T/B/x',
      ALARM_TEAMS_URL: 'https://teams.example/workflows/x?sig=y',
      ALARM_TELEGRAM_TOKEN: '123456:ABCDEF_ghijkl-mno',
      ALARM_TELEGRAM_CHAT: '-1001234',
      ALARM_LANGUAGE: 'hi',
      ALARM_OVERDUE_HOURS: '50',
      ALARM_STORAGE_PERCENT: '80',
      HEARTBEAT_URL: 'https://hc.example/ping/x',
      PUBLIC_URL: 'https://satchel.example//',
    });
    expect(alarms.channels.email?.to).toEqual(['asha@school.example', 'Ravi Rao <ravi@school.example>']);
    expect(alarms.channels.email?.server.connection).toMatchObject({ host: 'mail.example', port: 465 });
    expect(alarms.channels.webhook?.url.reveal()).toBe('https://hooks.example/a?b=c');
    expect(alarms.channels.telegram?.chat).toBe('-1001234');
    expect(alarms).toMatchObject({
      wording: { language: 'hi', publicUrl: 'https://satchel.example' },
      overdueHours: 50,
      storagePercent: 80,
    });
    expect(inspect(alarms, { depth: Infinity })).not.toMatch(/ABCDEF|sixteen|services|sig=y|ping|p@/);
  });

  it('are reported all at once where they are wrong, without their values', () => {
    const { names, told } = settingsOf({
      ALARM_EMAIL_TO: 'asha@school.example\r\nBcc: x@evil.example',
      ALARM_EMAIL_FROM: 'nobody',
      SMTP_URL: 'http://secret-one@mail.example',
      ALARM_WEBHOOK_URL: 'ftp://secret-two.example',
      ALARM_WEBHOOK_SECRET: 'short',
      ALARM_SLACK_URL: 'https://user:secret-three@hooks.example',
      ALARM_TELEGRAM_TOKEN: 'secret/../four',
      ALARM_TELEGRAM_CHAT: 'x y',
      ALARM_LANGUAGE: 'fr',
      ALARM_OVERDUE_HOURS: '0',
      ALARM_STORAGE_PERCENT: '101',
      HEARTBEAT_URL: 'secret-five',
      PUBLIC_URL: 'satchel.example',
    });
    expect(new Set(names)).toEqual(
      new Set([
        'ALARM_EMAIL_TO',
        'ALARM_EMAIL_FROM',
        'SMTP_URL',
        'ALARM_WEBHOOK_URL',
        'ALARM_WEBHOOK_SECRET',
        'ALARM_SLACK_URL',
        'ALARM_TELEGRAM_TOKEN',
        'ALARM_TELEGRAM_CHAT',
        'ALARM_LANGUAGE',
        'ALARM_OVERDUE_HOURS',
        'ALARM_STORAGE_PERCENT',
        'HEARTBEAT_URL',
        'PUBLIC_URL',
      ]),
    );
    expect(told).not.toMatch(/secret-|secret\/|short|evil/);
  });

  it('say what is missing beside them', () => {
    expect(settingsOf({ ALARM_EMAIL_TO: 'asha@school.example' }).names).toEqual([
      'ALARM_EMAIL_FROM',
      'SMTP_URL',
    ]);
    expect(settingsOf({ ALARM_WEBHOOK_URL: 'https://hooks.example/' }).names).toEqual([
      'ALARM_WEBHOOK_SECRET',
    ]);
    expect(settingsOf({ ALARM_TELEGRAM_CHAT: '-1' }).names).toEqual(['ALARM_TELEGRAM_TOKEN']);
  });
});
