import type { BackupError } from '@satchel/domain';
import { contractDetails } from '@satchel/domain';
import { describeError } from './report/describe-error.js';
import { safeText } from './terminal/safe-text.js';

/** What a command has to say when it is done. */
export interface Outcome {
  /** One sentence. */
  readonly message: string;
  /** For scripts, with the contract's names (`snake_case`). */
  readonly data: unknown;
  /** For people; several lines, without the message and the warnings. */
  readonly text: string;
  readonly warnings: readonly string[];
  /** Where the command did its work and the answer is still bad news (`status`, `cleanup`); 0 without it. */
  readonly exitCode?: number;
}

export interface OutputStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * The two ways of answering: text for people, or with `--json` exactly one document on standard output, the same
 * envelope as over HTTP. All else goes to standard error.
 */
export class Output {
  constructor(
    private readonly streams: OutputStreams,
    private readonly json: boolean,
    private readonly debug: boolean,
    private readonly now: () => Date = () => new Date(),
  ) {}

  succeed(outcome: Outcome): void {
    if (this.json) {
      this.#document({
        status: 'success',
        message: outcome.message,
        data: outcome.data,
        ...(outcome.warnings.length > 0 ? { warnings: outcome.warnings } : {}),
      });
      return;
    }
    this.streams.stdout.write(
      safeText(`${outcome.message}\n${outcome.text === '' ? '' : `${outcome.text}\n`}`),
    );
    for (const warning of outcome.warnings) this.note(`Warning: ${warning}`);
  }

  fail(error: BackupError): void {
    if (this.json) {
      this.#document({
        status: 'error',
        message: error.message,
        error_type: error.kind,
        ...(Object.keys(error.context).length > 0 ? { details: contractDetails(error.context) } : {}),
      });
    } else {
      this.streams.stderr.write(safeText(`${describeError(error, this.debug)}\n`));
    }
    if (this.debug) this.streams.stderr.write(safeText(`${stackOf(error)}\n`));
  }

  /** A line for a person that is not the result. */
  note(line: string): void {
    this.streams.stderr.write(safeText(`${line}\n`));
  }

  #document(members: Readonly<Record<string, unknown>>): void {
    const document = { ...members, timestamp: this.now().toISOString() };
    this.streams.stdout.write(`${JSON.stringify(document, plainValue)}\n`);
  }
}

/** Context may hold what JSON has no form for. */
function plainValue(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Error) return value.message;
  return value;
}

function stackOf(error: BackupError): string {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < 10; at = at.cause) {
    stacks.push(at.stack ?? at.message);
  }
  return stacks.join('\nCaused by: ');
}
