import type { z } from 'zod';
import { METTE } from '../user/user.examples.js';
import type { AUDIT_EVENT, AUDIT_VERDICT } from './audit.dto.js';

const HASH = 'hmac-sha256:7f4c1d0b9a8e6f5342310fedcba98765432100112233445566778899aabbccdd';

export const AUDIT_ENTRY = {
  number: 1234,
  at: '2026-03-01T09:14:58.000Z',
  actor: {
    user_id: METTE.user_id,
    name: METTE.username,
    channel: 'api',
    address: '192.0.2.17',
    token_id: null,
  },
  action: 'backup.create',
  outcome: 'success',
  subject: '5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21',
  details: { type: 'full', rows: 48_210 },
  hash: HASH,
} satisfies z.input<typeof AUDIT_EVENT>;

export const WHOLE_LOG = { entries: 1234, intact: true, problems: [] } satisfies z.input<
  typeof AUDIT_VERDICT
>;

export const AUDIT_CSV =
  'number,at,actor,user_id,channel,address,token_id,action,outcome,subject,details,hash\r\n' +
  `1234,2026-03-01T09:14:58.000Z,${METTE.username},${METTE.user_id},api,192.0.2.17,,backup.create,success,` +
  `5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21,"{""type"":""full"",""rows"":48210}",${HASH}\r\n`;
