import type { AuditAction, AuditOutcome } from '../../lib/contract.js';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../lib/contract.js';
import { pageSizeOf } from '../../lib/page-sizes.js';

/** What the audit log's address says. */
export interface AuditSearch {
  readonly action: AuditAction | '';
  readonly outcome: AuditOutcome | '';
  readonly actor: string;
  readonly subject: string;
  readonly page: number;
  readonly pageSize: number;
}

export function readAuditSearch(address: URLSearchParams): AuditSearch {
  const page = Number(address.get('page'));
  return {
    action: AUDIT_ACTIONS.find(action => action === address.get('action')) ?? '',
    outcome: AUDIT_OUTCOMES.find(outcome => outcome === address.get('outcome')) ?? '',
    actor: (address.get('actor') ?? '').slice(0, 200),
    subject: (address.get('subject') ?? '').slice(0, 200),
    page: Number.isInteger(page) && page >= 1 ? page : 1,
    pageSize: pageSizeOf(address),
  };
}

export function writeAuditSearch(search: AuditSearch): URLSearchParams {
  const address = new URLSearchParams();
  for (const name of ['action', 'outcome', 'actor', 'subject'] as const) {
    if (search[name] !== '') address.set(name, search[name]);
  }
  if (search.page > 1) address.set('page', String(search.page));
  if (search.pageSize !== 25) address.set('size', String(search.pageSize));
  return address;
}
