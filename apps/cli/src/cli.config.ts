import type { ConfigSource } from '@satchel/wiring';

/** What the process was started with; the only place of the command line that looks at it. */
export interface CliEnvironment extends ConfigSource {
  /** Whether results and errors go out as one JSON document. */
  readonly json: boolean;
  /** Known before the settings are checked, so that an error in them can be shown in full. */
  readonly debug: boolean;
  readonly user: string | null;
}

export function readCliEnvironment(argv: readonly string[]): CliEnvironment {
  const end = argv.indexOf('--');
  return {
    env: process.env,
    cwd: process.cwd(),
    json: argv.slice(0, end === -1 ? undefined : end).includes('--json'),
    debug: process.env['LOG_LEVEL']?.trim() === 'debug',
    user: process.env['SUDO_USER'] ?? process.env['USER'] ?? null,
  };
}
