import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { addressOf, request } from '../../../lib/api.js';
import type { AuditEvent, Page } from '../../../lib/contract.js';
import type { AuditSearch } from '../audit-search.js';

function filterOf({ action, outcome, actor, subject }: AuditSearch) {
  return { action, outcome, actor: actor.trim(), subject: subject.trim() };
}

export function getAudit(search: AuditSearch, signal?: AbortSignal): Promise<Page<AuditEvent>> {
  return request<Page<AuditEvent>>('GET', 'audit', {
    query: { ...filterOf(search), page: search.page, page_size: search.pageSize },
    signal,
  });
}

export function useAudit(search: AuditSearch) {
  return useQuery({
    queryKey: ['audit', search],
    queryFn: ({ signal }) => getAudit(search, signal),
    placeholderData: keepPreviousData,
  });
}

export function auditExportAddress(search: AuditSearch): string {
  return addressOf('audit/export', filterOf(search));
}
