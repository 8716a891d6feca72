import type { AuditEvent, AuditVerdict } from '@satchel/domain';
import { EXIT_CODES } from '../exit-codes.js';
import type { Outcome } from '../output.js';
import { count, counted, moment } from '../terminal/quantity.js';
import { table } from '../terminal/table.js';

export function reportAudit({ total, items }: { total: number; items: readonly AuditEvent[] }): Outcome {
  const newest = items.length < total ? `, the newest ${count(items.length)}` : '';
  return {
    message: total === 0 ? 'Nothing of that sort was done.' : `${entries(total)}${newest}:`,
    text:
      items.length === 0
        ? ''
        : table(
            [
              { title: 'no.', align: 'right' },
              { title: 'at (UTC)' },
              { title: 'who' },
              { title: 'did' },
              { title: 'outcome' },
              { title: 'to' },
              { title: 'details' },
            ],
            items.map(event => [
              String(event.number),
              moment(event.at).slice(0, 19),
              [event.actor.name, event.actor.address].filter(Boolean).join(' from '),
              event.action,
              event.outcome,
              event.subject ?? '',
              detailsText(event.details),
            ]),
          ),
    data: { total, entries: items.map(eventData) },
    warnings: [],
  };
}

/** Problems are bad news of the log, not of the command: the exit code says so, as for a damaged file. */
export function reportAuditVerdict(verdict: AuditVerdict): Outcome {
  const { problems } = verdict;
  return {
    message:
      problems.length === 0
        ? `The audit log is intact: ${entries(verdict.entries)}, none edited, removed, inserted or moved.`
        : `The audit log was changed: ${counted(problems.length, 'problem')} in ${entries(verdict.entries)}.`,
    text: problems.map(({ message }) => `  - ${message}`).join('\n'),
    data: { intact: problems.length === 0, entries: verdict.entries, problems },
    warnings: [],
    ...(problems.length > 0 ? { exitCode: EXIT_CODES.invalid_backup } : {}),
  };
}

function entries(number: number): string {
  return counted(number, 'entry', 'entries');
}

function detailsText(details: AuditEvent['details']): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

function eventData({ number, at, actor, action, outcome, subject, details, hash }: AuditEvent) {
  return {
    number,
    at,
    actor: {
      user_id: actor.userId,
      name: actor.name,
      channel: actor.channel,
      address: actor.address,
      token_id: actor.tokenId,
    },
    action,
    outcome,
    subject,
    details,
    hash,
  };
}
