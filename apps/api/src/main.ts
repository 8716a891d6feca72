import 'reflect-metadata';
import { toBackupError } from '@satchel/domain';
import { loadWiringConfig } from '@satchel/wiring';
import { createServer } from './create-server.js';

/** Exit codes as the command line's: 2 for a wrong setting, 16 where something is out of reach, 1 for the rest. */
const EXIT_CODES: Readonly<Partial<Record<string, number>>> = { validation_error: 2, unavailable: 16 };

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  const config = loadWiringConfig({ env: process.env, cwd: process.cwd() });
  const app = await createServer({ config, notice: say });
  await app.listen(config.server.port, config.server.host);
  say(`Satchel listens on ${await app.getUrl()}/backup/`);
} catch (thrown) {
  const error = toBackupError(thrown);
  say(error.kind === 'system_error' ? (error.stack ?? error.message) : error.message);
  process.exit(EXIT_CODES[error.kind] ?? 1);
}
