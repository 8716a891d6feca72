import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Debian's and Ubuntu's name of the program; `tools/system-packages.mjs` says which package has it. */
const PROGRAM = 'chromium';

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

/** Starts the system's own Chromium, without a window. @throws Error if it is not installed */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
}

function findChromium(): string {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = folders.map(folder => join(folder, PROGRAM)).find(isProgram);
  if (found === undefined) {
    throw new Error('Chromium is not installed: sudo apt-get install --no-install-recommends chromium');
  }
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
