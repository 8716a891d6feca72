import type { User } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import { FixedClock } from '@satchel/testing';
import type { Authenticated } from '@satchel/use-cases';
import { AccessChanges, AuthenticateRequest } from '@satchel/use-cases';
import { beforeEach, expect, it } from 'vitest';
import { KnownSessions } from './known-sessions.js';

/** A store of one question, whose answers wait until they are let go. */
class Asked extends AuthenticateRequest {
  readonly answers: ((found: Authenticated | null) => void)[] = [];
  readonly failures: ((error: Error) => void)[] = [];

  constructor() {
    super(undefined as never, undefined as never);
  }

  override sessionUser(): Promise<Authenticated | null> {
    return new Promise((resolve, reject) => {
      this.answers.push(resolve);
      this.failures.push(reject);
    });
  }
}

const FOUND: Authenticated = { user: {} as User, permissions: [], sessionId: 's', token: null };

let asked: Asked;
let changes: AccessChanges;
let clock: FixedClock;
let sessions: KnownSessions;

beforeEach(() => {
  asked = new Asked();
  changes = new AccessChanges();
  clock = new FixedClock();
  sessions = new KnownSessions(asked, changes, clock);
});

it('asks once for many requests at a time, and anew after a second', async () => {
  const both = [sessions.find('s'), sessions.find('s')];
  asked.answers[0]?.(FOUND);
  expect(await Promise.all(both)).toEqual([FOUND, FOUND]);
  clock.advance(499);
  expect(await sessions.find('s')).toBe(FOUND);
  expect(asked.answers).toHaveLength(1);
  clock.advance(501);
  const later = sessions.find('s');
  asked.answers[1]?.(null);
  expect(await later).toBeNull();
});

it('asks again, once, before a second is over, and waits for that only after it', async () => {
  const first = sessions.find('s');
  asked.answers[0]?.(FOUND);
  await first;
  clock.advance(500);
  expect(await sessions.find('s')).toBe(FOUND);
  clock.advance(499);
  expect(await sessions.find('s')).toBe(FOUND);
  expect(asked.answers).toHaveLength(2);
  clock.advance(1);
  // Nobody has answered: the former answer is too old now, however long the question has been on its way.
  const later = sessions.find('s');
  asked.answers[2]?.(null);
  expect(await later).toBeNull();
});

it('takes an answer that it has asked for again, from when it asked', async () => {
  const first = sessions.find('s');
  asked.answers[0]?.(FOUND);
  await first;
  clock.advance(500);
  await sessions.find('s');
  clock.advance(400);
  asked.answers[1]?.(null);
  await new Promise(resolve => setImmediate(resolve));
  expect(await sessions.find('s')).toBeNull();
  clock.advance(600);
  void sessions.find('s');
  expect(asked.answers).toHaveLength(3);
});

it('throws away what it asked for again before a change', async () => {
  const first = sessions.find('s');
  asked.answers[0]?.(FOUND);
  await first;
  clock.advance(500);
  await sessions.find('s');
  changes.tell({ of: 'session', sessionId: 's' });
  const after = sessions.find('s');
  asked.answers[2]?.(null);
  asked.answers[1]?.(FOUND);
  await new Promise(resolve => setImmediate(resolve));
  expect(await after).toBeNull();
  expect(await sessions.find('s')).toBeNull();
});

it('goes on with the former answer where asking again fails, until its second is over', async () => {
  const first = sessions.find('s');
  asked.answers[0]?.(FOUND);
  await first;
  clock.advance(500);
  await sessions.find('s');
  asked.failures[1]?.(new BackupError('unavailable', 'away'));
  await new Promise(resolve => setImmediate(resolve));
  expect(await sessions.find('s')).toBe(FOUND);
  clock.advance(500);
  const later = sessions.find('s');
  asked.failures[2]?.(new BackupError('unavailable', 'away'));
  await expect(later).rejects.toThrow('away');
});

it('keeps nothing that was asked before a change', async () => {
  const before = sessions.find('s');
  changes.tell({ of: 'session', sessionId: 's' });
  // The answer to the old question comes after the log-out: it must not be taken for one of now.
  asked.answers[0]?.(FOUND);
  await before;
  const after = sessions.find('s');
  expect(asked.answers).toHaveLength(2);
  asked.answers[1]?.(null);
  expect(await after).toBeNull();
});

it('does not keep a failure', async () => {
  const first = sessions.find('s');
  asked.failures[0]?.(new BackupError('unavailable', 'The catalog is away.'));
  await expect(first).rejects.toMatchObject({ kind: 'unavailable' });
  const second = sessions.find('s');
  asked.answers[1]?.(FOUND);
  expect(await second).toBe(FOUND);
});

it('does not let an answer last because the clock was set back', async () => {
  const first = sessions.find('s');
  asked.answers[0]?.(FOUND);
  await first;
  clock.advance(-3_600_000);
  void sessions.find('s');
  expect(asked.answers).toHaveLength(2);
});
