import { loadWiringConfig, type WiringConfig } from '@satchel/wiring';

/**
 * The settings of a worker: those of the installation, of which it needs `REDIS_URL`, since that is where jobs come from.
 *
 * @throws BackupError `validation_error` that names every wrong and missing setting at once
 */
export function loadWorkerConfig(): WiringConfig {
  return loadWiringConfig({ env: process.env, cwd: process.cwd() }, ['REDIS_URL']);
}
