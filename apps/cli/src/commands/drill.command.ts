import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BackupError, findScope, NO_KEYS, toBackupError } from '@satchel/domain';
import { drillPage, JobAlarms, ListBackups, RunRecordedDrill } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { nonEmpty } from '../flags.js';
import type { Outcome } from '../output.js';
import { reportDrills } from '../report/report-drill.js';
import { IDENTITY_DESCRIPTION, IDENTITY_FLAG, readIdentity } from '../terminal/given-keys.js';
import { SatchelCommand } from './satchel-command.js';

interface DrillFlags {
  readonly type?: string;
  readonly backup?: string;
  readonly report?: string;
  readonly identity?: string;
}

@Command({
  name: 'drill',
  description: 'restore the newest backups into a scratch database, compare every row, and drop the database',
})
export class DrillCommand extends SatchelCommand<DrillFlags> {
  protected readonly examples = [
    'backup_system drill                                    (each type that there is a backup of)',
    'backup_system drill --type=full --report=drill.html    (a page to print and file)',
    'backup_system drill --type=full --identity=key.txt     (an encrypted one; the key is used and not kept)',
    'backup_system drill --type=full --backup=5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '-t, --type <type>', description: 'only backups of this type' })
  parseType(text: string): string {
    return nonEmpty('--type', text);
  }

  @Option({
    flags: '-b, --backup <id>',
    description: 'this backup of the type, in place of the newest good one',
  })
  parseBackup(text: string): string {
    return nonEmpty('--backup', text).toLowerCase();
  }

  @Option({ flags: '-r, --report <file>', description: 'write the report as an HTML page; needs --type' })
  parseReport(text: string): string {
    return nonEmpty('--report', text);
  }

  @Option({ flags: IDENTITY_FLAG, description: IDENTITY_DESCRIPTION })
  parseIdentity(text: string): string {
    return nonEmpty('--identity', text);
  }

  protected async execute({ type, backup, report, identity }: DrillFlags): Promise<Outcome> {
    if (type === undefined && (backup !== undefined || report !== undefined)) {
      throw new BackupError('validation_error', '--backup and --report need a --type.', {
        parameter: '--type',
      });
    }
    const keys = identity === undefined ? NO_KEYS : { ...NO_KEYS, identities: await readIdentity(identity) };
    const installation = await this.session.open();
    const { scopeConfig } = installation.config;
    if (type !== undefined) findScope(scopeConfig, type);
    const list = installation.get(ListBackups);
    const types: string[] = [];
    for (const { name } of scopeConfig.scopes) {
      // Listing also tells the catalog of what is stored.
      if (
        type === name ||
        (type === undefined && (await list.run({ limit: 1, scopeName: name })).total > 0)
      ) {
        types.push(name);
      }
    }
    const drilled = [];
    for (const scopeName of types) {
      const asked = { scopeName, backupId: backup ?? null };
      const drill = () =>
        installation.get(RunRecordedDrill).run({ ...asked, keys }, this.session.runOptions());
      drilled.push(await installation.get(JobAlarms).around({ kind: 'drill', ...asked }, drill));
    }
    const [first] = drilled;
    if (report !== undefined && first !== undefined)
      await write(report, drillPage(first.report, first.finishedAt));
    return reportDrills(
      drilled.map(one => one.report),
      report ?? null,
    );
  }
}

async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(resolve(file), page);
  } catch (cause) {
    const message = `The report cannot be written to ${file}: ${toBackupError(cause).message}`;
    throw new BackupError('validation_error', message, { parameter: '--report', file }, { cause });
  }
}
