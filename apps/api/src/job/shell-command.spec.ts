import type { JobCommand, JobRecord } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { shellCommand } from './shell-command.js';

function command(job: Partial<JobRecord>, asked: JobCommand | null = null): string {
  const nothing = { scopeName: null, name: null, mode: null, file: null, backupId: null, report: null };
  return shellCommand({ ...nothing, ...job } as JobRecord, asked);
}

describe('shellCommand', () => {
  it('says how to do the same at a shell', () => {
    expect(command({ kind: 'backup', scopeName: 'students' })).toBe(
      'npx backup_system create --type=students',
    );
    expect(command({ kind: 'restore', file: 'full.json.zst', mode: 'replace' })).toBe(
      'npx backup_system restore --file=full.json.zst --mode=replace',
    );
    expect(command({ kind: 'cleanup', report: { days: 30 } })).toBe(
      'npx backup_system cleanup --days=30 --confirm',
    );
  });

  it('leaves out what the shell does by itself, and says all else', () => {
    const backup = { kind: 'backup', scopeName: 'full', name: null, compression: 'zstd', jobs: 1 } as const;
    const record = { kind: 'backup', scopeName: 'full' } as const;
    expect(command(record, backup)).toBe('npx backup_system create --type=full');
    expect(
      command(record, { ...backup, compression: 'gzip', jobs: 2, destinations: ['local', 'attic'] }),
    ).toBe(
      'npx backup_system create --type=full --compression=gzip --jobs=2 --destination=local --destination=attic',
    );
    const restore = {
      kind: 'restore',
      source: { from: 'upload', uploadId: 'u', name: 'x.json' },
      mode: 'merge',
      duplicateStrategy: 'skip',
      allowMissing: true,
      fill: { 'teachers_teacher.room': 'A 1' },
      only: ['users_customuser'],
      safetyBackup: false,
      agreedPlan: null,
      sealedKeys: 'sealed',
    } as const;
    expect(command({ kind: 'restore', file: 'x.json', mode: 'merge' }, restore)).toBe(
      "npx backup_system restore --file=x.json --mode=merge --duplicate-strategy=skip --allow-missing '--fill=teachers_teacher.room=A 1' " +
        '--restricted=users_customuser --no-safety-backup',
    );
  });

  it('leaves nothing of a name to the shell', () => {
    expect(command({ kind: 'restore', file: "a b'$(reboot).json", mode: 'merge' })).toBe(
      String.raw`npx backup_system restore '--file=a b'\''$(reboot).json' --mode=merge`,
    );
  });
});
