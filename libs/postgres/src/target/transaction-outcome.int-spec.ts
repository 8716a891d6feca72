import { newestTestServer } from '@satchel/testing';
import { describe, expect, it } from 'vitest';
import { connect } from '../connection/index.js';
import { settingsOf } from './testing/database-in-memory.js';
import { readOutcome } from './transaction-outcome.js';

describe('readOutcome', () => {
  it.each([
    ['COMMIT', 'committed'],
    ['ROLLBACK', 'aborted'],
  ] as const)('knows after %s that a transaction was %s', async (end, outcome) => {
    const settings = settingsOf(newestTestServer().url);
    const client = await connect(settings, { applicationName: 'test' });
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
      await client.query(end);
      expect(await readOutcome(settings, rows[0]?.id ?? '')).toBe(outcome);
    } finally {
      await client.end();
    }
  });
});
