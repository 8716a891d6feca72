import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { BackupError } from '@satchel/domain';
import type { Terminal } from './ask.js';

/**
 * Asks for a line that is not shown while it is typed.
 *
 * @throws BackupError `cancelled` on Ctrl-C or a closed terminal
 */
export async function askHidden(question: string, terminal: Terminal, signal: AbortSignal): Promise<string> {
  // What readline would write is what was typed.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.input, output: nowhere, terminal: true, historySize: 0 });
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal.addEventListener('abort', onAbort);
  lines.once('SIGINT', onAbort);
  lines.once('close', onAbort);
  terminal.output.write(question);
  try {
    return await lines.question('', { signal: stop.signal });
  } catch (cause) {
    throw new BackupError('cancelled', 'Stopped before anything was changed.', {}, { cause });
  } finally {
    terminal.output.write('\n');
    signal.removeEventListener('abort', onAbort);
    lines.close();
  }
}
