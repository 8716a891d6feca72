import { isIPv6 } from 'node:net';
import type { Clock, IdentityStore, SignInFailures } from '@satchel/domain';
import { BackupError, userNameKey } from '@satchel/domain';

/** Failures in a row that cost nothing. */
const FREE_FAILURES = 5;

const MAX_WAIT_MS = 15 * 60_000;

/**
 * How long to wait after so many failures in a row, in milliseconds: nothing before the fifth, then 2, 4, 8 … seconds,
 * 15 minutes at most.
 */
export function delayMs(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(1000 * 2 ** (failures - FREE_FAILURES + 1), MAX_WAIT_MS);
}

/** What failures are counted by for a name. */
export function nameSubject(username: string): string {
  return `name:${userNameKey(username)}`;
}

/**
 * What failures are counted by for an address. Of IPv6 the first 64 bits: whoever has one address there has all of
 * them.
 */
export function addressSubject(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return `address:${mapped}`;
  return `address:${isIPv6(address) ? network64(address) : address}`;
}

/**
 * Makes guessing slow, by name and by address. An attempt counts as failed until it has succeeded, so that many at the
 * same moment are no way around it; while one has to wait, attempts count for nothing.
 */
export class SignInDelay {
  constructor(
    private readonly store: IdentityStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Notes an attempt; `succeeded` takes it back.
   *
   * @throws BackupError `rate_limited`, with `retryAfterSeconds` in its context
   */
  async attempt(subjects: readonly string[]): Promise<void> {
    const now = this.clock.now();
    const seen: { subject: string; count: number }[] = [];
    for (const subject of subjects) {
      const failures = await this.store.signInFailures(subject);
      refuseEarly(failures, now);
      seen.push({ subject, count: failures?.count ?? 0 });
    }
    for (const { subject, count } of seen) {
      const noted = await this.store.noteSignInFailure(subject, now);
      // Somebody else has begun an attempt since we looked, and no more than one may be under way by now.
      if (noted.count > FREE_FAILURES && noted.count > count + 1) refuseEarly(noted, now);
    }
  }

  async succeeded(subjects: readonly string[]): Promise<void> {
    for (const subject of subjects) await this.store.clearSignInFailures(subject);
  }
}

function refuseEarly(failures: SignInFailures | null, now: Date): void {
  if (failures === null) return;
  const waitMs = failures.lastFailedAt.getTime() + delayMs(failures.count) - now.getTime();
  if (waitMs <= 0) return;
  // Another process' clock may be ahead of ours.
  const retryAfterSeconds = Math.ceil(Math.min(waitMs, MAX_WAIT_MS) / 1000);
  throw new BackupError(
    'rate_limited',
    `Too many failed attempts in a row. Try again in ${inWords(retryAfterSeconds)}.`,
    { retryAfterSeconds },
  );
}

function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** The first four groups of an IPv6 address, written out. */
function network64(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 tail takes the place of two groups.
  const written = before.length + after.length + (after.at(-1)?.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - written) }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, 4).map(group => Number.parseInt(group, 16));
  return `${groups.map(group => group.toString(16)).join(':')}::/64`;
}
