import type { AlarmCause, AlarmSource, AuditLog } from '@satchel/domain';

/** Whether somebody has tampered with the audit log. Reads all of it. */
export class AuditChain implements AlarmSource {
  readonly name = 'audit chain';
  readonly kinds = ['audit_broken'] as const;

  constructor(private readonly audit: AuditLog) {}

  async look(_now: Date, signal?: AbortSignal): Promise<readonly AlarmCause[]> {
    const { problems } = await this.audit.verify(signal);
    const [first] = problems;
    if (first === undefined) return [];
    const facts = { problems: problems.length, firstNumber: first.number };
    return [{ kind: 'audit_broken', subject: 'audit', facts }];
  }
}
