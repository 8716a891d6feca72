import { Inject, Injectable } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import type { RunOptions } from '@satchel/domain';
import { shellActor, toBackupError } from '@satchel/domain';
import type { Installation } from '@satchel/wiring';
import type { CliEnvironment } from './cli.config.js';
import type { Interrupt } from './interrupt.js';
import type { Outcome, Output } from './output.js';
import { ask, canAsk } from './terminal/ask.js';
import { askHidden } from './terminal/ask-hidden.js';
import { ProgressDisplay } from './terminal/progress-display.js';

/** What one process of the command line has: made by `main`, before any module. */
export interface CliContext {
  readonly environment: CliEnvironment;
  readonly output: Output;
  readonly interrupt: Interrupt;
}

export const CLI_CONTEXT = Symbol('CliContext');

/** The same settings, with a folder as the only destination: what is put aside there is in nobody's care. */
function onlyIn(backupDir: string, env: CliEnvironment['env']): CliEnvironment['env'] {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('DESTINATION_'));
  return { ...Object.fromEntries(others), BACKUP_DIR: backupDir, BACKUP_DESTINATIONS: 'local' };
}

/**
 * What every command works with: its answers, progress, Ctrl-C, and the installation, whose adapters are loaded only
 * when a command asks for them, so that `--help` and mistakes in flags are answered at once.
 */
@Injectable()
export class CliSession {
  readonly #progress = new ProgressDisplay(process.stderr);
  #quiet = false;
  #installation: Installation | undefined;

  constructor(
    @Inject(CLI_CONTEXT) private readonly context: CliContext,
    private readonly loader: LazyModuleLoader,
  ) {}

  get signal(): AbortSignal {
    return this.context.interrupt.signal;
  }

  get user(): string | null {
    return this.context.environment.user;
  }

  /**
   * Reads the settings and makes the use cases ready.
   *
   * @param backupDir in place of `BACKUP_DIR` and all destinations
   * @throws BackupError `validation_error` naming every wrong setting
   */
  async open(backupDir?: string): Promise<Installation> {
    const { openInstallation } = await import('@satchel/wiring');
    const { env, cwd } = this.context.environment;
    const installation = await openInstallation(this.loader, {
      source: { cwd, env: backupDir === undefined ? env : onlyIn(backupDir, env) },
      notice: line => this.note(line),
      signal: this.signal,
    });
    this.#installation = installation;
    const { logLevel } = installation.config;
    this.#quiet = logLevel === 'error' || logLevel === 'warn';
    return installation;
  }

  /**
   * Gives back what `open` took: connections, and the embedded server, which the last one who used it stops. What goes
   * wrong here is only noted, since the command's own outcome stands by now.
   */
  async close(): Promise<void> {
    try {
      await this.#installation?.close();
    } catch (thrown) {
      this.note(`Warning: ${toBackupError(thrown).message}`);
    }
  }

  runOptions(): RunOptions {
    return {
      actor: shellActor(this.user),
      signal: this.signal,
      ...(this.#quiet ? {} : { onProgress: this.#progress.onProgress }),
    };
  }

  /** A line for a person while work goes on. */
  note(line: string): void {
    this.#progress.clear();
    if (!this.#quiet) this.context.output.note(line);
  }

  finish(outcome: Outcome): void {
    this.#progress.clear();
    this.context.output.succeed(outcome);
    if (outcome.exitCode !== undefined) process.exitCode = outcome.exitCode;
  }

  /** Takes the progress bar off the screen; for whoever writes past this session. */
  clearProgress(): void {
    this.#progress.clear();
  }

  /** Whether there is a person at a terminal to ask. Questions go to standard error, so that results stay clean. */
  get canAsk(): boolean {
    return canAsk({ input: process.stdin, output: process.stderr });
  }

  /** Asks for a secret, which is not shown while it is typed. */
  async askHidden(question: string): Promise<string> {
    this.#progress.clear();
    return askHidden(question, { input: process.stdin, output: process.stderr }, this.signal);
  }

  /** Shows what would happen, then asks for a yes. */
  async confirm(shown: string, question: string): Promise<boolean> {
    this.#progress.clear();
    this.context.output.note(shown);
    return ask(question, { input: process.stdin, output: process.stderr }, this.signal);
  }
}
