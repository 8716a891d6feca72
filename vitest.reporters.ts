import { basename, join } from 'node:path';

type Reporters = ('default' | ['json', { outputFile: string }])[];

/**
 * Text for people and, where a folder is named, a report for `tools/test.mjs`, which sums up all runs.
 *
 * @param kind     `unit` or `int`, so that a project's two runs do not share a file
 * @param folder   from the environment; undefined for none
 */
export function reporters(kind: string, folder: string | undefined): Reporters {
  if (!folder) return ['default'];
  return ['default', ['json', { outputFile: join(folder, `${basename(process.cwd())}.${kind}.json`) }]];
}
