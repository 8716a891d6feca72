import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from '../wiring.config.js';
import { logError } from './log-error.js';

/** The levels' names as the old system had them. */
const LEVEL_NAMES: Readonly<Record<string, string>> = {
  fatal: 'CRITICAL',
  error: 'ERROR',
  warn: 'WARNING',
  info: 'INFO',
  debug: 'DEBUG',
  trace: 'DEBUG',
};

/**
 * The log of a server: one JSON object a line on standard output. INFO for what was done, WARNING for what went wrong
 * without being the end of it, ERROR for what failed, DEBUG for detail. Never a secret, never a row.
 *
 * @param program `api` or `worker`, in every line
 */
export async function createServerLog(
  program: string,
  level: LogLevel,
  destination?: DestinationStream,
): Promise<Logger> {
  // Only when a server asks: a command would load it for nothing.
  const { pino } = await import('pino');
  const options = {
    level,
    base: { program, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: LEVEL_NAMES[label] ?? label }) },
    serializers: { err: (error: unknown) => logError(error) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
