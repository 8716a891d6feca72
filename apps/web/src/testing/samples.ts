import type { Analysis, Job, SystemStatus } from '@satchel/api-client';
import { en } from '../texts/en.js';
import { createFormat } from '../lib/format.js';
import { createTranslate } from '../texts/use-text.js';
import type { TextTools } from '../texts/use-text.js';

/** The texts in English, for functions that are given them. */
export const english: TextTools = {
  t: createTranslate(en, 'en-GB'),
  format: createFormat('en-GB'),
  language: 'en',
  locale: 'en-GB',
};

/** A backup that went well. */
export function sampleJob(facts: Partial<Job> = {}): Job {
  return {
    job_id: '11111111-1111-4111-8111-111111111111',
    kind: 'backup',
    state: 'success',
    backup_type: 'full',
    backup_name: 'Nightly',
    restore_mode: null,
    backup_id: '11111111-1111-4111-8111-111111111111',
    file: 'Nightly_20260301T021500_11111111.json.zst',
    requested_by: 'm.larsen',
    created_at: '2026-03-01T02:15:00.000Z',
    started_at: '2026-03-01T02:15:00.000Z',
    finished_at: '2026-03-01T02:15:04.000Z',
    duration_seconds: 4,
    size_bytes: 4_300_000,
    rows: 276_248,
    digest: null,
    verified_at: null,
    deleted_at: null,
    safety_backup_id: null,
    attempt: 1,
    cancel_requested_by: null,
    progress: null,
    error: null,
    report: null,
    shell_command: 'npx backup_system create --type=full --name=Nightly',
    ...facts,
  };
}

/** A system where all is well, seen on 1 March 2026. */
export function sampleStatus(facts: Partial<SystemStatus> = {}): SystemStatus {
  return {
    healthy: true,
    services: [{ name: 'database', healthy: true, message: null }],
    database: {
      reachable: true,
      server: 'PostgreSQL 18.4',
      database: 'school',
      role: 'satchel',
      superuser: false,
      size_bytes: 54_000_000,
      definition: { included: true, tool: 'pg_dump 18.4' },
    },
    storage: {
      reachable: true,
      writable: true,
      used_bytes: 13_000_000,
      files: 6,
      free_bytes: 79_000_000_000,
      bytes_per_day: 4_300_000,
      days_until_full: 18_000,
    },
    queue: { reachable: true, driver: 'inline', pending: 0, running: 0 },
    workers: [],
    active_jobs: [],
    recent_jobs: [],
    newest_backups: [
      newestBackup('full', '2026-03-01T02:15:04.000Z', '2026-03-01T02:16:00.000Z'),
      newestBackup('students', null, null),
    ],
    days: [],
    retention_days: 30,
    promises: [],
    alarms: { open: 0, last_delivery_problem: null },
    ...facts,
  };
}

export function newestBackup(type: string, finishedAt: string | null, verifiedAt: string | null) {
  return {
    backup_type: type,
    title: type,
    backup_id: null,
    file: null,
    finished_at: finishedAt,
    verified_at: verifiedAt,
    age_seconds: null,
    size_bytes: null,
    covered: finishedAt !== null,
  };
}

/** A students' file whose restore adds, updates and deletes. */
export function sampleAnalysis(facts: Partial<Analysis> = {}): Analysis {
  const counts = { created: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };
  const table = (name: string, more: Partial<typeof counts>) => ({
    schema: 'public',
    name,
    role: 'content' as const,
    method: 'reconcile' as const,
    ...counts,
    ...more,
  });
  return {
    upload_id: '22222222-2222-4222-8222-222222222222',
    expires_at: '2026-03-01T10:00:00.000Z',
    file: 'students.json.zst',
    size_bytes: 4_300_000,
    compression: 'zstd',
    format: 'satchel',
    origin: 'ours',
    backup: null,
    rows: 512,
    contents: [],
    needs: { allow_missing: false, restricted: [] },
    plan: {
      mode: 'replace',
      duplicate_strategy: 'update',
      totals: { ...counts, created: 12, updated: 7, deleted: 33 },
      tables: [
        table('students_student', { created: 12, updated: 7 }),
        table('student_fees_feedeposit', { deleted: 3 }),
        table('attendance_attendance', { deleted: 30, unchanged: 400 }),
      ],
      differences: [],
    },
    plan_digest: `sha256:${'0'.repeat(64)}`,
    changes: [],
    warnings: [],
    ...facts,
  };
}
