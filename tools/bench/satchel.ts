import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './measure.ts';

const BIN = fileURLToPath(new URL('../../apps/cli/bin/backup_system.js', import.meta.url));

/** Runs our command line as a person would: another process, settings from the environment, the catalog in the database. */
export class Satchel {
  readonly #folder: string;

  /** @param folder for backups and keys */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get backups(): string {
    return join(this.#folder, 'backups');
  }

  program(databaseUrl: string, ...args: readonly string[]): Program {
    return {
      command: [BIN, ...args, '--json'],
      cwd: this.#folder,
      env: {
        DATABASE_URL: databaseUrl,
        BACKUP_DIR: this.backups,
        SATCHEL_HOME: join(this.#folder, 'home'),
        NODE_COMPILE_CACHE: join(this.#folder, 'compile-cache'),
      },
    };
  }
}

/** What the benchmark reads of a report in JSON. */
export interface CreatedReport {
  readonly path: string;
  readonly size_bytes: number;
}

export interface RestoredReport {
  readonly totals: { readonly created: number; readonly updated: number; readonly unchanged: number };
  readonly tables: readonly { readonly name: string; readonly created: number; readonly updated: number }[];
}

/** @throws Error if the command has not said that it succeeded */
export function reportOf<T>(stdout: string): T {
  const reply = JSON.parse(stdout) as { data?: T };
  if (reply.data === undefined) throw new Error(`No report: ${stdout.slice(0, 500)}`);
  return reply.data;
}
