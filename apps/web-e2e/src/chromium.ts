import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** What is looked for, best first; `tools/system-packages.mjs` looks for the same, and says which package has it. */
const PROGRAMS = ['chromium', 'google-chrome', 'google-chrome-stable'];

/** Names the path of a browser that is elsewhere. */
const SETTING = 'SATCHEL_CHROMIUM';

/** Nothing of the browser's own that talks to the network, and no sandbox, which root and containers cannot have. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts the system's own Chromium or Chrome, without a window.
 *
 * @param more arguments of its command line
 * @throws Error if none is installed
 */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: [...ARGUMENTS, ...more] });
}

function findChromium(): string {
  const named = process.env[SETTING];
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`${SETTING} is ${named}, and that is no program.`);
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = PROGRAMS.flatMap(program => folders.map(folder => join(folder, program))).find(isProgram);
  if (found !== undefined) return found;
  throw new Error(
    `No browser is installed: sudo apt-get install --no-install-recommends chromium, or name one by ${SETTING}.`,
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
