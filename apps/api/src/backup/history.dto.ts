import type { JobFilter } from '@satchel/domain';
import { JOB_KINDS, JOB_SORTS, JOB_STATES } from '@satchel/domain';
import { z } from 'zod';
import { PAGE_QUERY } from '../http/page.dto.js';
import { anyOf, FLAG, momentOf } from '../http/query-values.js';

const FILTER = {
  kind: anyOf(JOB_KINDS).describe('May be given several times: any of them.'),
  status: anyOf(JOB_STATES).describe('May be given several times: any of them.'),
  type: z.string().max(100).optional().describe('A backup type.'),
  requested_by: z.string().max(150).optional(),
  backup_id: z.uuid().optional().describe('Jobs that made, restored or verified this backup.'),
  verified: FLAG.optional().describe('Whether the backup has been read back and found right.'),
  search: z
    .string()
    .max(200)
    .optional()
    .describe('Words that name, file, type, person or id begin with; all of them must be found.'),
  from: momentOf('start').describe('Asked for at this day or moment, or later.'),
  to: momentOf('end').describe('Asked for at this day or moment, or earlier.'),
  include_deleted: FLAG.default(false).describe('Records of deleted backups too.'),
};

/** What the whole history is narrowed down to. */
export const HISTORY_FILTER = z.strictObject(FILTER);
export type HistoryFilterQuery = z.output<typeof HISTORY_FILTER>;

export const HISTORY_QUERY = z.strictObject({
  ...FILTER,
  sort: z.enum(JOB_SORTS).default('created'),
  order: z.enum(['asc', 'desc']).default('desc'),
  ...PAGE_QUERY,
});
export type HistoryQuery = z.output<typeof HISTORY_QUERY>;

export function toJobFilter(query: HistoryFilterQuery): JobFilter {
  return {
    includeDeleted: query.include_deleted,
    ...(query.kind === undefined ? {} : { kinds: query.kind }),
    ...(query.status === undefined ? {} : { states: query.status }),
    ...(query.type === undefined ? {} : { scopeName: query.type }),
    ...(query.requested_by === undefined ? {} : { requestedBy: query.requested_by }),
    ...(query.backup_id === undefined ? {} : { backupId: query.backup_id }),
    ...(query.verified === undefined ? {} : { verified: query.verified }),
    ...(query.search === undefined ? {} : { search: query.search }),
    ...(query.from === undefined ? {} : { createdFrom: query.from }),
    ...(query.to === undefined ? {} : { createdTo: query.to }),
  };
}
