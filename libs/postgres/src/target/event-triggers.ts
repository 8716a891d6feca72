import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../quote-identifier.js';
import type { Suspension } from './triggers.js';

const SQL = /* sql */ `
  SELECT e.evtname AS name, e.evtenabled AS state
    FROM pg_catalog.pg_event_trigger e
   WHERE e.evtenabled <> 'D' AND (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
   ORDER BY 1`;

const ENABLE: Readonly<Record<string, string>> = { O: 'ENABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' };

/**
 * Finds the event triggers, which would see temporary tables, and keys and indexes that come and go, and might write rows
 * about them or refuse them. Only a superuser may switch them off; with any other role they act.
 */
export async function readEventTriggers(client: ClientBase): Promise<Suspension[]> {
  const { rows } = await client.query<{ name: string; state: string }>(SQL);
  return rows.map(({ name, state }) => {
    const trigger = `ALTER EVENT TRIGGER ${quoteIdentifier(name)}`;
    return { suspend: `${trigger} DISABLE`, resume: [`${trigger} ${ENABLE[state] ?? 'ENABLE'}`] };
  });
}
