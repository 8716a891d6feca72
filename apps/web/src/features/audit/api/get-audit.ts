import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { auditList } from '@satchel/api-client';
import { addressOf, ask } from '../../../lib/api.js';
import type { AuditSearch } from '../audit-search.js';

function filterOf({ action, outcome, actor, subject }: AuditSearch) {
  return {
    ...(action === '' ? {} : { action }),
    ...(outcome === '' ? {} : { outcome }),
    ...(actor.trim() === '' ? {} : { actor: actor.trim() }),
    ...(subject.trim() === '' ? {} : { subject: subject.trim() }),
  };
}

export function getAudit(search: AuditSearch, signal?: AbortSignal) {
  const { page, pageSize } = search;
  return ask(
    auditList({ query: { ...filterOf(search), page, page_size: pageSize }, signal: signal ?? null }),
  );
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
