import type { Command } from 'commander';
import { CommandRunner, Option } from 'nest-commander';
import type { CliSession } from '../cli-session.js';
import { EXIT_CODES_HELP } from '../exit-codes.js';
import type { Outcome } from '../output.js';
import { suggestOption } from '../usage-error.js';

/** What all verbs share: `--json`, strict arguments, and a help text with examples and exit codes. */
export abstract class SatchelCommand<Flags extends object> extends CommandRunner {
  /** Lines of the help text, each a comment or a command that works as it stands. */
  protected abstract readonly examples: readonly string[];

  constructor(protected readonly session: CliSession) {
    super();
  }

  protected abstract execute(flags: Flags, parameters: readonly string[]): Promise<Outcome>;

  override setCommand(command: Command): this {
    super.setCommand(command);
    command
      .exitOverride(error => {
        throw suggestOption(error, command);
      })
      .allowExcessArguments(false)
      .addHelpText('after', () => `\nExamples:\n${this.examples.map(line => `  ${line}`).join('\n')}`)
      .addHelpText('after', EXIT_CODES_HELP);
    return this;
  }

  async run(parameters: string[], flags?: Record<string, unknown>): Promise<void> {
    try {
      // Commander has checked the flags against the decorated parsers below, which is where their types come from.
      this.session.finish(await this.execute((flags ?? {}) as Flags, parameters));
    } finally {
      await this.session.close();
    }
  }

  @Option({ flags: '--json', description: 'answer with one JSON document on standard output' })
  parseJson(): boolean {
    return true;
  }
}
