import type pg from 'pg';
import { BackupError, relationLabel, type SequenceState } from '@satchel/domain';
import { quoteQualified } from '../quote-identifier.js';
import { LIST_SEQUENCES } from './sql/list-sequences.sql.js';

interface SequenceRow {
  readonly schema: string;
  readonly name: string;
  readonly isUnlogged: boolean;
  readonly isReadable: boolean;
  /** Quoted. */
  readonly role: string;
  readonly usedBy: readonly number[];
}

export interface ReadSequencesOptions {
  /** Oids of the tables whose sequences are read: those that a column owns or takes its default from. */
  readonly relations: readonly number[];
  /** Which of the sequences that no table uses are read as well. Default: none. */
  readonly includeUnused?: (sequence: { readonly schema: string; readonly name: string }) => boolean;
}

/** Sequences that one statement reads, so that its length is bounded. */
const SEQUENCES_PER_QUERY = 500;

/**
 * Reads how far sequences have come, in the order of schema and name. Sequences stand outside of transactions: they
 * are read as they are now, which is at or past what any snapshot's rows hold. Unlogged ones of a standby have no state.
 *
 * @throws BackupError `permission_error` that names all sequences that the role may not read
 */
export async function readSequences(
  client: pg.ClientBase,
  options: ReadSequencesOptions,
): Promise<SequenceState[]> {
  const { rows } = await client.query<SequenceRow>(LIST_SEQUENCES);
  const relations = new Set(options.relations);
  const wanted = rows.filter(sequence =>
    sequence.usedBy.length === 0
      ? (options.includeUnused?.(sequence) ?? false)
      : sequence.usedBy.some(oid => relations.has(oid)),
  );
  requireAllReadable(wanted);
  const readable = (await isStandby(client)) ? wanted.filter(sequence => !sequence.isUnlogged) : wanted;
  const states: SequenceState[] = [];
  for (let start = 0; start < readable.length; start += SEQUENCES_PER_QUERY) {
    states.push(...(await readStates(client, readable.slice(start, start + SEQUENCES_PER_QUERY))));
  }
  return states;
}

async function isStandby(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  return rows[0]?.standby === true;
}

function requireAllReadable(sequences: readonly SequenceRow[]): void {
  const forbidden = sequences.filter(sequence => !sequence.isReadable);
  const [first] = forbidden;
  if (first === undefined) return;
  const grant = `GRANT SELECT ON SEQUENCE ${forbidden.map(quoteQualified).join(', ')} TO ${first.role};`;
  throw new BackupError(
    'permission_error',
    `The role ${first.role} may not read the sequences ${forbidden.map(relationLabel).join(', ')}. Run as their owner: ${grant}`,
    { sequences: forbidden.map(relationLabel), remedies: [grant] },
  );
}

async function readStates(
  client: pg.ClientBase,
  sequences: readonly SequenceRow[],
): Promise<SequenceState[]> {
  const selects = sequences.map(
    (sequence, index) =>
      `SELECT ${index} AS position, last_value::text AS "lastValue", is_called AS "isCalled" FROM ${quoteQualified(sequence)}`,
  );
  const { rows } = await client.query<{ position: number; lastValue: string; isCalled: boolean }>(
    `${selects.join(' UNION ALL ')} ORDER BY position`,
  );
  return sequences.map((sequence, index) => {
    const state = rows[index];
    if (state === undefined) {
      throw new BackupError('conflict', `The sequence ${relationLabel(sequence)} disappeared. Try again.`);
    }
    return {
      schema: sequence.schema,
      name: sequence.name,
      lastValue: toExactNumber(state.lastValue),
      isCalled: state.isCalled,
    };
  });
}

/** A number where a double holds it exactly, else its digits. */
function toExactNumber(digits: string): number | string {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : digits;
}
