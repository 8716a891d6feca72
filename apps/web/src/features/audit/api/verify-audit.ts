import { useMutation } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { AuditVerdict } from '../../../lib/contract.js';

export function verifyAudit(): Promise<AuditVerdict> {
  return request<AuditVerdict>('GET', 'audit/verify');
}

/** Reads the whole log, on request only: it may be long. */
export function useVerifyAudit() {
  return useMutation({ mutationFn: verifyAudit });
}
