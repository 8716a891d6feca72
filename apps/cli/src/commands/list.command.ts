import { findScope } from '@satchel/domain';
import { ListBackups } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { nonEmpty, wholeNumber } from '../flags.js';
import type { Outcome } from '../output.js';
import { reportList } from '../report/report-list.js';
import { SatchelCommand } from './satchel-command.js';

interface ListFlags {
  readonly limit?: number;
  readonly type?: string;
}

@Command({ name: 'list', description: 'list the backups, newest first' })
export class ListCommand extends SatchelCommand<ListFlags> {
  protected readonly examples = [
    'backup_system list',
    'backup_system list --limit=5 --type=students',
    'backup_system list --json | jq -r ".data.backups[0].file"',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '-l, --limit <number>', description: 'how many at most, 1 to 1000 (default: 10)' })
  parseLimit(text: string): number {
    return wholeNumber('--limit', { min: 1, max: 1000 }, text);
  }

  @Option({
    flags: '-t, --type <type>',
    description: 'only backups of this type; safety for those made by restores',
  })
  parseType(text: string): string {
    return nonEmpty('--type', text);
  }

  protected async execute(flags: ListFlags): Promise<Outcome> {
    const installation = await this.session.open();
    if (flags.type !== undefined && flags.type !== 'safety') {
      findScope(installation.config.scopeConfig, flags.type);
    }
    const command = { limit: flags.limit ?? 10, scopeName: flags.type };
    return reportList(await installation.get(ListBackups).run(command, this.session.runOptions()));
  }
}
