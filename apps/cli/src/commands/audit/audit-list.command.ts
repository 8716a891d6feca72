import type { AuditAction, AuditFilter, AuditOutcome } from '@satchel/domain';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, AuditLog } from '@satchel/domain';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { nonEmpty, oneOf, timeOf, wholeNumber } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { reportAudit } from '../../report/report-audit.js';
import { SatchelCommand } from '../satchel-command.js';

interface AuditListFlags extends Omit<AuditFilter, 'limit' | 'offset'> {
  readonly limit?: number;
}

@SubCommand({ name: 'list', description: 'list what was done, newest first' })
export class AuditListCommand extends SatchelCommand<AuditListFlags> {
  protected readonly examples = [
    'backup_system audit list --limit=50',
    'backup_system audit list --actor=asha --action=restore.run',
    'backup_system audit list --outcome=refused --from=2026-03-01 --json',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({ flags: '-l, --limit <number>', description: 'how many at most, 1 to 1000 (default: 20)' })
  parseLimit(text: string): number {
    return wholeNumber('--limit', { min: 1, max: 1000 }, text);
  }

  @Option({ flags: '-a, --action <action>', description: 'only this, e.g. backup.create or session.sign_in' })
  parseAction(text: string): AuditAction {
    return oneOf('--action', AUDIT_ACTIONS, text);
  }

  @Option({ flags: '--outcome <outcome>', description: AUDIT_OUTCOMES.join(', ') })
  parseOutcome(text: string): AuditOutcome {
    return oneOf('--outcome', AUDIT_OUTCOMES, text);
  }

  @Option({ flags: '--actor <name>', description: 'only what this person did' })
  parseActor(text: string): string {
    return nonEmpty('--actor', text);
  }

  @Option({ flags: '--subject <id>', description: 'only what was done to this backup, restore, user …' })
  parseSubject(text: string): string {
    return nonEmpty('--subject', text);
  }

  @Option({
    flags: '--from <time>',
    description: 'from this moment on: 2026-03-01 or 2026-03-01T09:15:00Z (UTC)',
  })
  parseFrom(text: string): Date {
    return timeOf('--from', text);
  }

  @Option({ flags: '--to <time>', description: 'before this moment' })
  parseTo(text: string): Date {
    return timeOf('--to', text);
  }

  protected async execute(flags: AuditListFlags): Promise<Outcome> {
    const { limit = 20, action, outcome, actor, subject, from, to } = flags;
    const filter: AuditFilter = {
      limit,
      ...(action && { action }),
      ...(outcome && { outcome }),
      ...(actor !== undefined && { actor }),
      ...(subject !== undefined && { subject }),
      ...(from && { from }),
      ...(to && { to }),
    };
    const installation = await this.session.open();
    return reportAudit(await installation.get(AuditLog).find(filter));
  }
}
