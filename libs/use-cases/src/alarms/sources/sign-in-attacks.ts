import type { AlarmCause, AlarmSource, AuditEvent, AuditLog } from '@satchel/domain';

const MINUTES = 15;

/**
 * Refused sign-ins of one name or from one address that are no typing mistakes any more. Satchel lets nobody try more than
 * about a dozen in that time, see `SignInDelay`, and of those that have to wait the log says nothing.
 */
const TOO_MANY = 8;

/** Refusals that are looked through. */
const MOST = 1000;

/** Many refused sign-ins for one user, or from one address, in a short time. */
export class SignInAttacks implements AlarmSource {
  readonly name = 'sign-in attacks';
  readonly kinds = ['sign_in_attack'] as const;

  constructor(private readonly audit: AuditLog) {}

  async look(now: Date): Promise<readonly AlarmCause[]> {
    const from = new Date(now.getTime() - MINUTES * 60_000);
    const { items } = await this.audit.find({
      action: 'session.sign_in',
      outcome: 'refused',
      from,
      limit: MOST,
    });
    const counts = new Map<string, number>();
    for (const event of items) {
      for (const subject of subjectsOf(event)) counts.set(subject, (counts.get(subject) ?? 0) + 1);
    }
    return [...counts]
      .filter(([, refused]) => refused >= TOO_MANY)
      .toSorted(([, a], [, b]) => b - a)
      .map(([subject, refused]) => ({
        kind: 'sign_in_attack',
        subject,
        facts: { refused, minutes: MINUTES },
      }));
  }
}

/** A name that is nobody's is not in the log; those who try names come from somewhere. */
function subjectsOf({ actor, subject }: AuditEvent): readonly string[] {
  return [
    ...(subject === null ? [] : [`user:${actor.name}`]),
    ...(actor.address === null ? [] : [`address:${actor.address}`]),
  ];
}
