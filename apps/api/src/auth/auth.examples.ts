import type { z } from 'zod';
import { METTE } from '../user/user.examples.js';
import type { ME_REPLY, SESSION_OPENED, SESSION_REPLY, TOKEN_CREATED, TOKEN_REPLY } from './auth.dto.js';

const SESSION_ID = 'b6a7f7a4-2d7e-4f6b-8a53-4f1f6b1f0d92';

const CSRF_TOKEN = 'Zr0m3n5kqW8sYvQ2c1dTfA.invented';

export const OPENED_SESSION = {
  access_token: 'eyJhbGciOiJIUzI1NiJ9.invented.c2lnbmF0dXJl',
  access_expires_at: '2026-03-01T09:25:00.000Z',
  refresh_token: 'k3JxInventedRefreshToken0123456789',
  session_id: SESSION_ID,
  session_expires_at: '2026-03-15T09:15:00.000Z',
  csrf_token: CSRF_TOKEN,
  user: METTE,
} satisfies z.input<typeof SESSION_OPENED>;

export const ME = {
  user: METTE,
  permissions: METTE.permissions,
  session_id: SESSION_ID,
  token_id: null,
  csrf_token: CSRF_TOKEN,
} satisfies z.input<typeof ME_REPLY>;

export const SESSION = {
  session_id: SESSION_ID,
  current: true,
  created_at: '2026-03-01T09:10:00.000Z',
  last_used_at: '2026-03-01T09:15:00.000Z',
  expires_at: '2026-03-15T09:15:00.000Z',
  address: '192.0.2.17',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
} satisfies z.input<typeof SESSION_REPLY>;

export const API_TOKEN = {
  token_id: '3d0a5b52-0b53-4f3c-8a9b-0f4c2f6d7e10',
  name: 'nightly backup',
  permissions: ['backup.view_backupjob', 'backup.add_backupjob'],
  created_at: '2026-03-01T09:15:00.000Z',
  expires_at: '2026-12-31T00:00:00.000Z',
  last_used_at: null,
} satisfies z.input<typeof TOKEN_REPLY>;

export const CREATED_API_TOKEN = {
  token: 'satchel_pat_InventedText0123456789',
  ...API_TOKEN,
} satisfies z.input<typeof TOKEN_CREATED>;
