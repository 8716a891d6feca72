import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { StorageKey } from '@satchel/domain';
import { errorCode } from './storage-error.js';

/** Who is writing a partial file, as its name tells. */
export interface Writer {
  /** Where its process id means something: one boot of one machine, one container. */
  readonly place: string;
  readonly pid: number;
  /** When the process started, in the kernel's ticks, since process ids are used again; 0 where it cannot be known. */
  readonly startedAt: number;
}

const MAX_NAME_BYTES = 255;

/**
 * Names the file that a body is written to before it is whole: `.<key>.<place>-<pid>-<start>-<random>.partial`, the key
 * cut where the name would be too long. The leading dot keeps it from being a key.
 */
export function partialFileName(key: StorageKey): string {
  const { place, pid, startedAt } = thisWriter();
  const ending = `.${place}-${pid}-${startedAt}-${randomBytes(4).toString('hex')}.partial`;
  return `.${cutToBytes(key, MAX_NAME_BYTES - 1 - ending.length)}${ending}`;
}

/** @returns the writer, or null if the name is not one of ours */
export function parsePartialFileName(name: string): Writer | null {
  const match = /^\..+\.([0-9a-f]{12})-(\d{1,10})-(\d{1,15})-[0-9a-f]{8}\.partial$/su.exec(name);
  if (!match) return null;
  const [, place = '', pid = '', startedAt = ''] = match;
  return { place, pid: Number(pid), startedAt: Number(startedAt) };
}

/** Whether the writer lives; `unknown` if it runs, or ran, in another place. */
export function writerState(writer: Writer): 'alive' | 'dead' | 'unknown' {
  if (writer.place !== thisPlace()) return 'unknown';
  try {
    process.kill(writer.pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of another user.
    if (errorCode(error) !== 'EPERM') return 'dead';
  }
  return writer.startedAt === processStart(writer.pid) ? 'alive' : 'dead';
}

let self: Writer | undefined;

function thisWriter(): Writer {
  self ??= { place: thisPlace(), pid: process.pid, startedAt: processStart(process.pid) };
  return self;
}

let place: string | undefined;

/** The host's name alone would be shared by containers that use the host's network, and survive a reboot. */
function thisPlace(): string {
  place ??= createHash('sha256')
    .update(
      [
        hostname(),
        orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
        orEmpty(() => readlinkSync('/proc/self/ns/pid')),
      ].join('\0'),
    )
    .digest('hex')
    .slice(0, 12);
  return place;
}

/** @see proc(5): field 22 of `/proc/<pid>/stat`, counted after the command, which may hold spaces and parentheses */
function processStart(pid: number): number {
  const stat = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function cutToBytes(text: string, bytes: number): string {
  let cut = '';
  let length = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    cut += character;
  }
  return cut;
}
