import { recipientOf } from '@satchel/archive';
import { NO_KEYS } from '@satchel/domain';
import { CheckKey } from '@satchel/use-cases';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { nonEmpty } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportKey } from '../../report/report-key.js';
import { readIdentity } from '../../terminal/given-keys.js';
import { SatchelCommand } from '../satchel-command.js';

interface KeyCheckFlags {
  readonly identity: string;
}

@SubCommand({ name: 'check', description: 'try a secret key on the newest backup of each type' })
export class KeyCheckCommand extends SatchelCommand<KeyCheckFlags> {
  protected readonly examples = [
    'backup_system key check --identity=key.txt',
    'backup_system key check --identity=- < key.txt',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({
    flags: '-i, --identity <file>',
    description: 'a file with the secret key (AGE-SECRET-KEY-1…), or - for standard input',
    required: true,
  })
  parseIdentity(text: string): string {
    return nonEmpty('--identity', text);
  }

  protected async execute({ identity }: KeyCheckFlags): Promise<Outcome> {
    const identities = await readIdentity(identity);
    const recipients = await Promise.all(identities.map(recipientOf));
    const installation = await this.session.open();
    const checked = await installation
      .get(CheckKey)
      .run({ ...NO_KEYS, identities }, { signal: this.session.signal });
    const { encryptFor } = installation.config;
    const encryptsFor = encryptFor !== null && 'recipients' in encryptFor ? encryptFor.recipients : [];
    return reportKey({ recipients, encryptsFor, checked });
  }
}
