import type { JobRecord } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { shellCommand } from './shell-command.js';

function command(job: Partial<JobRecord>): string {
  const nothing = { scopeName: null, name: null, mode: null, file: null, backupId: null, report: null };
  return shellCommand({ ...nothing, ...job } as JobRecord);
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

  it('leaves nothing of a name to the shell', () => {
    expect(command({ kind: 'restore', file: "a b'$(reboot).json", mode: 'merge' })).toBe(
      String.raw`npx backup_system restore '--file=a b'\''$(reboot).json' --mode=merge`,
    );
  });
});
