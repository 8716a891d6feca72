import { tryKeys } from '@satchel/archive';
import type { BackupHeader, Encryption, RunOptions, UnlockKeys } from '@satchel/domain';
import { toBackupError } from '@satchel/domain';
import { storedFile } from './backup-file.js';
import type { CopySources } from './copies/copy-sources.js';

export interface CheckedBackup {
  readonly backup: BackupHeader;
  readonly file: string;
  readonly encryption: Encryption;
  /** `plain`: it needs no key; `damaged`: it could not be tried, and `problem` says why. */
  readonly outcome: 'opens' | 'wrong_key' | 'plain' | 'damaged';
  readonly problem: string | null;
}

/**
 * Tries keys on the newest stored backup of each type: opens its encryption and looks at the first rows, without reading all of
 * it and without changing anything. For whoever wants to know that the key in the safe is the right one, before it is needed.
 */
export class CheckKey {
  constructor(private readonly sources: CopySources) {}

  /** @returns the newest backup of each type, newest first */
  async run(keys: UnlockKeys, { signal }: RunOptions = {}): Promise<readonly CheckedBackup[]> {
    const { backups } = await this.sources.stored(signal);
    const newestFirst = backups
      .map(({ manifest }) => manifest)
      .sort((a, b) => b.header.backup.createdAt.localeCompare(a.header.backup.createdAt));
    const types = new Set<string>();
    const checked: CheckedBackup[] = [];
    for (const manifest of newestFirst) {
      const { backup } = manifest.header;
      const { file, encryption } = manifest.stored;
      if (types.has(backup.type)) continue;
      types.add(backup.type);
      const found = { backup, file, encryption };
      if (encryption === 'none') {
        checked.push({ ...found, outcome: 'plain', problem: null });
        continue;
      }
      try {
        await this.sources.findIn(backup.id, async storage =>
          tryKeys(await storedFile(storage, file, signal, manifest), { keys, signal }),
        );
        checked.push({ ...found, outcome: 'opens', problem: null });
      } catch (thrown) {
        const { kind, message } = toBackupError(thrown);
        if (kind === 'cancelled') throw thrown;
        checked.push({ ...found, outcome: kind === 'wrong_key' ? 'wrong_key' : 'damaged', problem: message });
      }
    }
    return checked;
  }
}
