import 'reflect-metadata';
import { toBackupError } from '@satchel/domain';
import type { WiringConfig } from '@satchel/wiring';
import { createServerLog, loadWiringConfig } from '@satchel/wiring';
import { createServer } from './create-server.js';
import { endOnSignal } from './end-on-signal.js';
import { listen } from './listen.js';

/** Exit codes as the command line's: 2 for a wrong setting, 16 where something is out of reach, 1 for the rest. */
const EXIT_CODES: Readonly<Partial<Record<string, number>>> = {
  validation_error: 2,
  conflict: 11,
  permission_error: 14,
  unavailable: 16,
};

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function start(config: WiringConfig): Promise<void> {
  const log = await createServerLog('api', config.logLevel);
  const app = await createServer({ config, log, notice: say });
  endOnSignal(app, log);
  await listen(app, config.server);
  const url = await app.getUrl();
  log.info({ url }, 'The server takes requests.');
  say(`Satchel listens on ${url}/backup/`);
}

try {
  await start(loadWiringConfig({ env: process.env, cwd: process.cwd() }));
} catch (thrown) {
  const error = toBackupError(thrown);
  say(error.kind === 'system_error' ? (error.stack ?? error.message) : `Error: ${error.message}`);
  process.exit(EXIT_CODES[error.kind] ?? 1);
}
