import { readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';

export interface FileFacts {
  readonly kind: 'file' | 'socket' | 'other';
  /** Permission bits, e.g. `0o600`. */
  readonly mode: number;
  readonly ownerId: number;
}

/** What a connection string may need to know of the machine; a parameter, so that tests can say what is there. */
export interface LocalSystem {
  /** null if there is no such file. */
  stat(path: string): FileFacts | null;
  readText(path: string): string;
  /** Of the operating system; the default database user. */
  userName(): string;
  homeDirectory(): string;
}

export const localSystem: LocalSystem = {
  stat(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    const kind = stat.isFile() ? 'file' : stat.isSocket() ? 'socket' : 'other';
    return { kind, mode: stat.mode & 0o777, ownerId: stat.uid };
  },
  readText: path => readFileSync(path, 'utf8'),
  userName: () => userInfo().username,
  homeDirectory: homedir,
};
