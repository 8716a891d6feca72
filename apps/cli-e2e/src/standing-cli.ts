import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a command line ended, and what it wrote. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StandingRequest {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard input. */
  readonly input: string | Uint8Array;
}

export type StandingAnswer = CliRun;

const CHILD = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? './standing-cli.child.ts' : './standing-cli.child.js',
    import.meta.url,
  ),
);

/**
 * A process in which the built command line runs again and again: its modules are loaded once, which is most of what a short
 * command costs. Nothing else is kept from one run to the next. It ends with the process that has started it.
 *
 * The runs follow one another. What is about the process itself (signals, terminals, memory, permissions) needs one of its own, and
 * so does what the program is bundled of: here it runs as it was compiled, file by file.
 */
class StandingCli {
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();
  #said = '';

  constructor() {
    this.#child = fork(CHILD, {
      // None of the options that tests run with.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get runs(): boolean {
    return this.#child.connected;
  }

  run(request: StandingRequest): Promise<CliRun> {
    const answer = this.#last.then(() => this.#ask(request));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #ask(request: StandingRequest): Promise<CliRun> {
    this.#child.channel?.ref();
    try {
      return await new Promise((resolve, reject) => {
        const onEnd = (): void => reject(new Error(`The standing command line has ended: ${this.#said}`));
        this.#child.once('exit', onEnd);
        this.#child.once('message', (answer: StandingAnswer) => {
          this.#child.off('exit', onEnd);
          resolve(answer);
        });
        this.#child.send(request);
      });
    } finally {
      this.#child.channel?.unref();
    }
  }
}

let standing: StandingCli | undefined;

/** Runs a command line in the standing process of this one, which is started when it is first needed. */
export function runStanding(request: StandingRequest): Promise<CliRun> {
  if (!standing?.runs) standing = new StandingCli();
  return standing.run(request);
}
