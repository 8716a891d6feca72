import { createInterface } from 'node:readline/promises';
import { BackupError } from '@satchel/domain';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Whether there is somebody to ask: both the keyboard and the screen must be a terminal. */
export function canAsk({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/**
 * Asks for a yes; anything else is a no.
 *
 * @throws BackupError `cancelled` on Ctrl-C or a closed terminal
 */
export async function ask(question: string, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: terminal.input, output: terminal.output });
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal.addEventListener('abort', onAbort);
  lines.once('SIGINT', onAbort);
  lines.once('close', onAbort);
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: stop.signal });
    return /^(y|yes)$/i.test(answer.trim());
  } catch (cause) {
    terminal.output.write('\n');
    throw new BackupError('cancelled', 'Stopped before anything was changed.', {}, { cause });
  } finally {
    signal.removeEventListener('abort', onAbort);
    lines.close();
  }
}
