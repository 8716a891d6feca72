import { pgDumpVersion, type PgDumpProgram } from './pg-dump-program.js';

/** How long an answer is given without looking again, in milliseconds: programs are installed seldom. */
const FRESH_MS = 60_000;

/** A program that has not said its version by then, in milliseconds, counts as missing: a status does not wait for it. */
const PATIENCE_MS = 1500;

/**
 * The version of `pg_dump` for whoever asks often. Only the first one waits; an answer that has become old is given once more, while
 * the program is asked behind the scenes.
 */
export class WatchedPgDump {
  #last: { readonly version: string | null; readonly atMs: number } | undefined;
  #asking: Promise<string | null> | undefined;

  constructor(
    readonly program: PgDumpProgram,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly ask: () => Promise<string | null> = () =>
      pgDumpVersion(program, { timeoutMs: PATIENCE_MS }),
  ) {}

  async version(): Promise<string | null> {
    if (this.#last === undefined) return await this.#refresh();
    if (this.nowMs() - this.#last.atMs >= FRESH_MS) void this.#refresh();
    return this.#last.version;
  }

  #refresh(): Promise<string | null> {
    this.#asking ??= this.ask().then(version => {
      this.#last = { version, atMs: this.nowMs() };
      this.#asking = undefined;
      return version;
    });
    return this.#asking;
  }
}
