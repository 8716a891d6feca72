import type { SignInFailures } from '@satchel/domain';
import { storableText } from '../storable-text.js';
import type { IdentityStatements } from './identity-statements.js';

interface FailureRow {
  readonly count: number;
  readonly last_failed_at: Date;
}

/** Failures that are older than this are forgotten, in milliseconds: a day. */
const FAILURES_KEPT_MS = 86_400_000;

/** As much of a subject as is kept: a name or an address is shorter. */
const MAX_SUBJECT = 200;

/** How often somebody has failed to sign in, in a row, by user name and by address. */
export class SignInFailureTable {
  readonly #statements: IdentityStatements;

  constructor(statements: IdentityStatements) {
    this.#statements = statements;
  }

  async of(subject: string): Promise<SignInFailures | null> {
    const [row] = await this.#statements.rows<FailureRow>(
      `SELECT "count", "last_failed_at" FROM "satchel"."sign_in_failure" WHERE "subject" = $1`,
      [subjectKey(subject)],
    );
    return row ? failuresOf(row) : null;
  }

  async note(subject: string, at: Date): Promise<SignInFailures> {
    const [row] = await this.#statements.rows<FailureRow>(
      `INSERT INTO "satchel"."sign_in_failure" AS old ("subject", "count", "last_failed_at") VALUES ($1, 1, $2)
       ON CONFLICT ("subject") DO UPDATE
       SET "count" = old."count" + 1, "last_failed_at" = greatest(old."last_failed_at", excluded."last_failed_at")
       RETURNING "count", "last_failed_at"`,
      [subjectKey(subject), at],
    );
    return row ? failuresOf(row) : { count: 1, lastFailedAt: at };
  }

  async clear(subject: string): Promise<void> {
    await this.#statements.change(`DELETE FROM "satchel"."sign_in_failure" WHERE "subject" = $1`, [
      subjectKey(subject),
    ]);
  }

  /** Forgets those that are long ago. */
  async sweep(now: Date): Promise<void> {
    await this.#statements.change(`DELETE FROM "satchel"."sign_in_failure" WHERE "last_failed_at" < $1`, [
      new Date(now.getTime() - FAILURES_KEPT_MS),
    ]);
  }
}

function failuresOf({ count, last_failed_at: lastFailedAt }: FailureRow): SignInFailures {
  return { count, lastFailedAt };
}

function subjectKey(subject: string): string {
  return storableText(subject.slice(0, MAX_SUBJECT));
}
