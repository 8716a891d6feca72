import { fileURLToPath } from 'node:url';

/** Arguments of Node for the processes that tests run in, and through them for threads: see `vitest.threads.mjs`. */
export const threadsFromSource: string[] = [
  '--conditions=@satchel/source',
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  `--import=${fileURLToPath(new URL('./vitest.threads.mjs', import.meta.url))}`,
];
