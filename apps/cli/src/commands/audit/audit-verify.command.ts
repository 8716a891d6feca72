import { AuditLog } from '@satchel/domain';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportAuditVerdict } from '../../report/report-audit.js';
import { SatchelCommand } from '../satchel-command.js';

@SubCommand({
  name: 'verify',
  description: 'check that no entry of the audit log was edited, removed, inserted or moved',
})
export class AuditVerifyCommand extends SatchelCommand<object> {
  protected readonly examples = [
    'backup_system audit verify',
    'backup_system audit verify || echo "somebody has changed the log"    (ends with 13 if so)',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(): Promise<Outcome> {
    const installation = await this.session.open();
    return reportAuditVerdict(await installation.get(AuditLog).verify(this.session.signal));
  }
}
