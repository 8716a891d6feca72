import { randomUUID } from 'node:crypto';
import type { Alarm, AlarmCause, AlarmKind } from '@satchel/domain';

/** A name as somebody would write it who wants it to be more than a name: in a header, a page, or another's markup. */
export const HOSTILE_NAME =
  'x"\r\nBcc: thief@evil.example\r\n\r\n<script>alert(1)</script> <!channel> <@U1> [a](http://evil.example) *b* _c_ `d` </b>&amp; \u202egnp.exe';

const SAMPLES: { readonly [Kind in AlarmKind]: Extract<AlarmCause, { kind: Kind }> } = {
  backup_failed: {
    kind: 'backup_failed',
    subject: 'full',
    facts: { name: 'nightly', jobId: '6f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21', error: 'unavailable' },
  },
  backup_overdue: {
    kind: 'backup_overdue',
    subject: 'students',
    facts: { lastGoodAt: '2026-02-27T02:00:00.000Z', allowedHours: 26 },
  },
  backup_unverified: {
    kind: 'backup_unverified',
    subject: 'full',
    facts: { backups: 3, file: 'full_1.json.zst', readAt: null, allowedDays: 35 },
  },
  restore_failed: {
    kind: 'restore_failed',
    subject: '7f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21',
    facts: { file: 'old.json', error: 'restore_failed' },
  },
  drill_failed: {
    kind: 'drill_failed',
    subject: 'full',
    facts: { backupId: '6f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21', error: 'restore_failed' },
  },
  copy_failed: {
    kind: 'copy_failed',
    subject: 'attic',
    facts: { file: 'full_1.json.zst', error: 'unavailable' },
  },
  copy_damaged: {
    kind: 'copy_damaged',
    subject: '6f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21',
    facts: { file: 'full_1.json.zst', destination: 'attic' },
  },
  retention_failed: { kind: 'retention_failed', subject: 'cleanup', facts: { backups: 2 } },
  storage_nearly_full: {
    kind: 'storage_nearly_full',
    subject: 'backups',
    facts: { usedPercent: 93, freeBytes: 4_200_000_000, daysUntilFull: 5 },
  },
  service_down: { kind: 'service_down', subject: 'catalog', facts: { error: 'unavailable' } },
  sign_in_attack: {
    kind: 'sign_in_attack',
    subject: 'address:192.0.2.7',
    facts: { refused: 12, minutes: 15 },
  },
  audit_broken: { kind: 'audit_broken', subject: 'audit', facts: { problems: 1, firstNumber: 7 } },
  delivery_failed: {
    kind: 'delivery_failed',
    subject: 'slack',
    facts: { attempts: 9, problem: 'The receiver of ALARM_SLACK_URL refuses it (HTTP 404).' },
  },
};

export function sampleCause<Kind extends AlarmKind>(kind: Kind): Extract<AlarmCause, { kind: Kind }> {
  return SAMPLES[kind];
}

export function sampleAlarm(cause: AlarmCause = SAMPLES.backup_failed): Alarm {
  return {
    ...cause,
    alarmId: randomUUID(),
    openedAt: new Date('2026-03-01T09:14:00Z'),
    lastSeenAt: new Date('2026-03-01T09:14:00Z'),
    timesSeen: 1,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
  };
}
