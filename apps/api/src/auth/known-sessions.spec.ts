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
  clock.advance(999);
  expect(await sessions.find('s')).toBe(FOUND);
  expect(asked.answers).toHaveLength(1);
  clock.advance(1);
  const later = sessions.find('s');
  asked.answers[1]?.(null);
  expect(await later).toBeNull();
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
