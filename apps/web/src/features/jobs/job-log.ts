import type { Job } from '@satchel/api-client';
import type { TextTools } from '../../texts/use-text.js';
import type { Tone } from '../../ui/tone.js';
import { phaseTitle, stateWords } from './job-words.js';
import { refusalText } from '../../lib/problem-text.js';

export interface LogEntry {
  readonly at: string | null;
  readonly text: string;
  readonly tone: Tone;
}

/** What happened to a job, in the order it happened. Pure. */
export function jobLog({ t, format }: TextTools, job: Job): readonly LogEntry[] {
  const entries: LogEntry[] = [
    { at: job.created_at, text: t('log.asked', { who: job.requested_by ?? t('log.system') }), tone: 'idle' },
  ];
  if (job.started_at !== null) entries.push({ at: job.started_at, text: t('log.started'), tone: 'info' });
  if (job.attempt > 1)
    entries.push({ at: null, text: t('log.attempts', { count: job.attempt }), tone: 'warn' });
  if (job.cancel_requested_by !== null) {
    entries.push({ at: null, text: t('log.cancelAsked', { who: job.cancel_requested_by }), tone: 'warn' });
  }
  if (job.state === 'running' && job.progress) {
    const { phase, rows, at } = job.progress;
    entries.push({
      at,
      text: t('log.progress', { phase: phaseTitle(t, phase), rows: format.number(rows) }),
      tone: 'info',
    });
  }
  for (const warning of warningsOf(job.report)) entries.push({ at: null, text: warning, tone: 'warn' });
  if (job.finished_at !== null) {
    const { label, tone } = stateWords(t, job.state);
    const text = job.error ? refusalText(t, job.error.error_type, job.error.message) : label;
    entries.push({ at: job.finished_at, text, tone });
  }
  if (job.kind === 'backup' && job.verified_at !== null) {
    entries.push({ at: job.verified_at, text: t('log.verified'), tone: 'ok' });
  }
  if (job.deleted_at !== null) entries.push({ at: job.deleted_at, text: t('log.deleted'), tone: 'idle' });
  return entries;
}

function warningsOf(report: Job['report']): readonly string[] {
  return report !== null && 'warnings' in report ? (report.warnings ?? []) : [];
}
