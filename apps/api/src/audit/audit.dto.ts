import type { AuditEvent, AuditFilter, AuditVerdict } from '@satchel/domain';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, CHANNELS } from '@satchel/domain';
import { z } from 'zod';
import type { CsvValue } from '../http/csv.js';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { PAGE_QUERY } from '../http/page.dto.js';

const MOMENT = z.iso.datetime({ offset: true }).transform(text => new Date(text));

const FILTER = {
  action: z.enum(AUDIT_ACTIONS).optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  actor: z.string().min(1).max(200).optional().describe("The actor's name, whole, without regard to case."),
  subject: z.string().min(1).max(200).optional().describe('Id of what it was done to.'),
  from: MOMENT.optional().describe('This moment and later.'),
  to: MOMENT.optional().describe('Before this moment.'),
};

export const AUDIT_FILTER = z.object(FILTER);
export type AuditFilterQuery = z.infer<typeof AUDIT_FILTER>;

export const AUDIT_QUERY = z.object({ ...FILTER, ...PAGE_QUERY });
export type AuditQuery = z.infer<typeof AUDIT_QUERY>;

export const AUDIT_EVENT = z
  .object({
    number: z.int().min(1).describe('Without gaps.'),
    at: TIMESTAMP,
    actor: z.object({
      user_id: z.string().nullable(),
      name: z.string(),
      channel: z.enum(CHANNELS),
      address: z.string().nullable(),
      token_id: z.string().nullable(),
    }),
    action: z.enum(AUDIT_ACTIONS),
    outcome: z.enum(AUDIT_OUTCOMES),
    subject: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    hash: z.string(),
  })
  .meta({ id: 'AuditEvent' });

export const AUDIT_VERDICT = z
  .object({
    entries: z.int().min(0).describe('How many were read.'),
    intact: z.boolean(),
    problems: z.array(
      z.object({
        number: z.int().describe('Where the chain breaks.'),
        problem: z.enum(['altered', 'missing', 'unknown key', 'cut off']),
        message: z.string(),
      }),
    ),
  })
  .meta({
    id: 'AuditVerdict',
    examples: [{ entries: 1234, intact: true, problems: [] }],
  });

export const AUDIT_COLUMNS = [
  'number',
  'at',
  'actor',
  'user_id',
  'channel',
  'address',
  'token_id',
  'action',
  'outcome',
  'subject',
  'details',
  'hash',
];

/** Only what is given: an absent filter is no filter. */
export function toAuditFilter(query: AuditFilterQuery): AuditFilter {
  const { action, outcome, actor, subject, from, to } = query;
  return {
    ...(action === undefined ? {} : { action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(actor === undefined ? {} : { actor }),
    ...(subject === undefined ? {} : { subject }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

export function toAuditReply(event: AuditEvent): z.input<typeof AUDIT_EVENT> {
  const { actor } = event;
  return {
    number: event.number,
    at: event.at.toISOString(),
    actor: {
      user_id: actor.userId,
      name: actor.name,
      channel: actor.channel,
      address: actor.address,
      token_id: actor.tokenId,
    },
    action: event.action,
    outcome: event.outcome,
    subject: event.subject,
    details: event.details,
    hash: event.hash,
  };
}

/** In the order of `AUDIT_COLUMNS`. */
export function toAuditRow(event: AuditEvent): readonly CsvValue[] {
  const { actor } = event;
  return [
    event.number,
    event.at,
    actor.name,
    actor.userId,
    actor.channel,
    actor.address,
    actor.tokenId,
    event.action,
    event.outcome,
    event.subject,
    JSON.stringify(event.details),
    event.hash,
  ];
}

export function toVerdictReply({ entries, problems }: AuditVerdict): z.input<typeof AUDIT_VERDICT> {
  return { entries, intact: problems.length === 0, problems: [...problems] };
}
