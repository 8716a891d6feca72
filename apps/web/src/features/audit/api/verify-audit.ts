import { useMutation } from '@tanstack/react-query';
import { auditVerify } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';
import type { AuditVerdict } from '@satchel/api-client';

export function verifyAudit(): Promise<AuditVerdict> {
  return ask(auditVerify());
}

/** Reads the whole log, on request only: it may be long. */
export function useVerifyAudit() {
  return useMutation({ mutationFn: verifyAudit });
}
