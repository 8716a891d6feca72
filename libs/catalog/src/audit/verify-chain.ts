import {
  throwIfCancelled,
  type AuditProblem,
  type AuditVerdict,
  type KeyRing,
  type SigningKey,
} from '@satchel/domain';
import type { EntityManager } from 'typeorm';
import { isSealed } from './append-event.js';
import { AUDIT_COLUMNS, type AuditRow } from './audit-row.js';
import { hashOf, NO_HASH, sameHash, type AuditHead } from './chain.js';

/** Entries that are in memory at a time. */
const BATCH = 1_000;

/** Problems that are listed; a log of which every entry was edited would list as many. */
const MAX_PROBLEMS = 100;

/**
 * Reads the whole log in its order and checks each entry, its place, and the head; runs in a transaction that sees one
 * moment. A cursor, not pages by number: somebody who writes past the adapter can also have taken away what keeps numbers
 * unique.
 */
export async function verifyChain(
  manager: EntityManager,
  keyRing: KeyRing,
  signal: AbortSignal | undefined,
): Promise<AuditVerdict> {
  const walk = new ChainWalk(keyRing);
  await manager.query(
    `DECLARE "entries" NO SCROLL CURSOR FOR
     SELECT ${AUDIT_COLUMNS} FROM "satchel"."audit_event" AS e ORDER BY e."number"`,
  );
  for (;;) {
    throwIfCancelled(signal);
    const rows = await manager.query<AuditRow[]>(`FETCH ${BATCH} FROM "entries"`);
    for (const row of rows) await walk.see(row);
    if (rows.length < BATCH) break;
  }
  const [head] = await manager.query<AuditHead[]>(
    `SELECT "number"::text AS "number", "hash", "key_id", "seal" FROM "satchel"."audit_head"`,
  );
  await walk.end(head ?? null);
  return walk.verdict();
}

/** Goes from entry to entry, and notes what is not as it was written. */
class ChainWalk {
  readonly #problems: AuditProblem[] = [];
  readonly #keys = new Map<string, SigningKey | null>();
  #entries = 0;
  #found = 0;
  #last = { number: 0, hash: NO_HASH };

  constructor(private readonly keyRing: KeyRing) {}

  async see(row: AuditRow): Promise<void> {
    this.#entries += 1;
    const number = Number(row.number);
    const before = this.#last;
    this.#last = { number, hash: row.hash };
    if (number > before.number + 1) {
      const [first, last] = [before.number + 1, number - 1];
      const gone = first === last ? `Entry ${first} is` : `Entries ${first} to ${last} are`;
      this.#note(first, 'missing', `${gone} missing: removed after it was written.`);
    } else if (number <= before.number) {
      this.#note(number, 'altered', `Entry ${number} is there more than once: one was inserted.`);
    }
    const key = await this.#key(row.key_id);
    if (key === null) {
      this.#note(
        number,
        'unknown key',
        `Entry ${number} is signed with a key (${row.key_id}) that this installation does not have. Put the key back among its earlier ones; if there never was such a key, the entry is not ours.`,
      );
      return;
    }
    if (!sameHash(row.hash, hashOf(row, key))) {
      this.#note(number, 'altered', `Entry ${number} is not as it was written: edited, moved or inserted.`);
    } else if (number === before.number + 1 && row.previous_hash !== before.hash) {
      this.#note(
        number,
        'altered',
        `Entry ${number} does not follow the one before it, which has been replaced or removed.`,
      );
    }
  }

  async end(head: AuditHead | null): Promise<void> {
    const { number, hash } = this.#last;
    if (head === null) {
      if (number === 0) return;
      this.#note(
        number,
        'cut off',
        'The mark of the newest entry is gone, so nobody knows how many there were.',
      );
      return;
    }
    const newest = Number(head.number);
    if (newest > number) {
      const [first, last] = [number + 1, newest];
      const gone =
        first === last ? `Entry ${first}, the newest, is` : `Entries ${first} to ${last}, the newest, are`;
      this.#note(first, 'cut off', `${gone} missing: removed after it was written.`);
    }
    if ((await this.#key(head.key_id)) === null) {
      this.#note(
        newest,
        'unknown key',
        `The mark of the newest entry is signed with an unknown key (${head.key_id}).`,
      );
    } else if (!(await isSealed(head, this.keyRing))) {
      this.#note(
        newest,
        'cut off',
        'The mark of the newest entry was changed, so entries at the end may be missing.',
      );
    } else if (newest < number) {
      this.#note(
        newest + 1,
        'altered',
        `Entry ${newest + 1} comes after the newest that was written: inserted.`,
      );
    } else if (newest === number && head.hash !== hash) {
      this.#note(number, 'altered', `Entry ${number} is another than the newest that was written.`);
    }
  }

  verdict(): AuditVerdict {
    return { entries: this.#entries, problems: this.#problems };
  }

  #note(number: number, problem: AuditProblem['problem'], message: string): void {
    this.#found += 1;
    if (this.#found < MAX_PROBLEMS) this.#problems.push({ number, problem, message });
    else if (this.#found === MAX_PROBLEMS) {
      this.#problems.push({ number, problem, message: `${message} There may be more; the list ends here.` });
    }
  }

  async #key(keyId: string): Promise<SigningKey | null> {
    let key = this.#keys.get(keyId);
    if (key === undefined) {
      key = await this.keyRing.byId(keyId);
      this.#keys.set(keyId, key);
    }
    return key;
  }
}
