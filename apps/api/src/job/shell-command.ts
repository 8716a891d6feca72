import type { JobRecord } from '@satchel/domain';

/** What to run at a shell to do what a job does; files that were sent have to be there under the same name. */
export function shellCommand(job: JobRecord): string {
  return ['npx backup_system', ...words(job).map(quote)].join(' ');
}

function words({ kind, scopeName, name, mode, file, backupId, report }: JobRecord): readonly string[] {
  switch (kind) {
    case 'backup':
      return ['create', `--type=${scopeName ?? 'full'}`, ...(name === null ? [] : [`--name=${name}`])];
    case 'restore':
      return ['restore', `--file=${file ?? backupId ?? ''}`, `--mode=${mode ?? 'merge'}`];
    case 'undo':
      return ['undo', member(report, 'undoes') ?? 'RESTORE_ID'];
    case 'verify':
      return ['verify', `--file=${file ?? backupId ?? ''}`];
    case 'cleanup':
      return ['cleanup', `--days=${member(report, 'days') ?? 'DAYS'}`, '--confirm'];
    case 'drill':
      return ['drill', `--type=${scopeName ?? 'full'}`];
  }
}

function member(report: unknown, name: string): string | null {
  if (typeof report !== 'object' || report === null) return null;
  const value = (report as Record<string, unknown>)[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** A name may hold anything; in single quotes a shell takes it as it is. */
function quote(word: string): string {
  return /^[A-Za-z0-9_./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
