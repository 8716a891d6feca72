import type { z } from 'zod';
import type { COPY, DESTINATION, DESTINATION_CHECK } from './destination.dto.js';

export const OFF_SITE_COPY = {
  destination: 'off-site',
  state: 'stored',
  stored_at: '2026-03-01T09:14:41.000Z',
  verified_at: '2026-03-01T09:14:41.000Z',
  attempts: 0,
  next_try_at: null,
  error: null,
} satisfies z.input<typeof COPY>;

export const OFF_SITE = {
  name: 'off-site',
  kind: 's3',
  location: 's3://school-backups/main/',
  primary: false,
  reachable: true,
  writable: true,
  problem: null,
  free_bytes: null,
  used_bytes: 183_500_800,
  backups: 31,
  unfinished_copies: 0,
} satisfies z.input<typeof DESTINATION>;

export const OFF_SITE_CHECK = {
  destination: 'off-site',
  passed: true,
  checks: [
    {
      name: 'read of a missing key is not_found before the first byte',
      passed: true,
      problem: null,
      took_ms: 21,
    },
  ],
} satisfies z.input<typeof DESTINATION_CHECK>;
