import type { AuditEvent } from '@satchel/api-client';
import type { TextTools } from '../../texts/use-text.js';
import { typeTitle } from '../jobs/job-words.js';
import { permissionTitle } from '../users/permission-title.js';
import { PERMISSIONS } from '../../lib/contract.js';

type Writer = (tools: TextTools, value: string | number) => string | null;

const asItIs: Writer = (_tools, value) => String(value);

/** What of an entry's details helps a person, in this order; ids and the like stay in the export. */
const WRITERS: Readonly<Record<string, Writer>> = {
  name: (_tools, value) => `“${value}”`,
  username: asItIs,
  role: asItIs,
  type: ({ t }, value) => typeTitle(t, String(value)),
  mode: ({ t }, value) =>
    value === 'replace' ? t('mode.replace') : value === 'merge' ? t('mode.merge') : null,
  file: asItIs,
  days: ({ t }, value) => t('storage.days', { count: Number(value) }),
  rows: ({ t }, value) => t('audit.rows', { count: Number(value) }),
  sizeBytes: ({ format }, value) => format.bytes(Number(value)),
  permission: ({ t }, value) => {
    const permission = PERMISSIONS.find(one => one === value);
    return permission === undefined ? String(value) : permissionTitle(t, permission);
  },
  reason: asItIs,
  error: asItIs,
};

/** The few facts of an entry that say most. */
export function auditFacts(tools: TextTools, { details }: Pick<AuditEvent, 'details'>): string {
  return Object.entries(WRITERS)
    .map(([name, write]) => {
      const value = details[name];
      return typeof value === 'string' || typeof value === 'number' ? write(tools, value) : null;
    })
    .filter(text => text !== null && text !== '')
    .join(' · ');
}
