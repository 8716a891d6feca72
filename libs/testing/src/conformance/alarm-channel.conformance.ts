import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { Alarm, AlarmCause, AlarmChannel, AlarmNotice } from '@satchel/domain';
import { ALARM_KINDS, BackupError } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kindOf } from './kind-of.js';
import { HOSTILE_NAME, sampleAlarm, sampleCause } from './sample-alarms.js';

/**
 * - `drip`: it answers, byte by byte, and never comes to an end.
 * - `redirect`: it sends us to another server, which would take the message.
 */
export type ReceiverMood = 'take' | 'refuse' | 'unavailable' | 'silent' | 'drip' | 'redirect';

/** A channel, and the real server on this machine that it talks to. */
export interface AlarmChannelSubject {
  /** Waits for `TEST_TIMEOUT_MS` at most. */
  readonly channel: AlarmChannel;
  /** What must be in no error: passwords, tokens, paths of addresses. */
  readonly secrets: readonly string[];
  behave(mood: ReceiverMood): void;
  /** Nobody listens any more. */
  stop(): Promise<void>;
  /** Messages that were taken, as they came over the line, oldest first. */
  received(): readonly string[];
  /** What a person reads of the newest one. */
  readable(): string;
  /** How many came to the server that a redirect names. */
  readonly elsewhere: number;
  dispose(): Promise<void>;
}

/** Long enough for a server on this machine, short enough to be waited for. */
export const TEST_TIMEOUT_MS = 1_500;

/** What every format has room for, in bytes. */
const MAX_MESSAGE_BYTES = 28_000;

export function sampleNotice(given: Partial<AlarmNotice> = {}): AlarmNotice {
  return {
    deliveryId: randomUUID(),
    event: 'raised',
    alarm: sampleAlarm(),
    at: new Date('2026-03-01T09:15:00Z'),
    ...given,
  };
}

function alarmOf(cause: AlarmCause): Alarm {
  return sampleAlarm(cause);
}

/** What every `AlarmChannel` must do. @param open makes a channel and its server; without `redirects` it knows none */
export function describeAlarmChannel(
  name: string,
  open: () => Promise<AlarmChannelSubject>,
  { redirects }: { readonly redirects: boolean },
): void {
  describe(`${name} keeps the contract of AlarmChannel`, () => {
    let subject: AlarmChannelSubject;

    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.dispose());

    /** Sends, which has to fail. @returns all that could end up in a log or a reply */
    async function failure(signal?: AbortSignal): Promise<{ error: BackupError; told: string }> {
      const error: unknown = await subject.channel.send(sampleNotice(), signal).then(
        () => 'it was sent',
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof BackupError)) throw new Error(`not ours: ${inspect(error)}`);
      return { error, told: inspect(error, { depth: Infinity, showHidden: true }) };
    }

    function expectNoSecret(told: string): void {
      for (const secret of subject.secrets) expect(told).not.toContain(secret);
    }

    it('tells every kind of alarm, and tests', async () => {
      for (const kind of ALARM_KINDS) {
        expect(await subject.channel.send(sampleNotice({ alarm: alarmOf(sampleCause(kind)) }))).toBeNull();
      }
      await subject.channel.send(sampleNotice({ event: 'test', alarm: null }));
      expect(subject.received()).toHaveLength(ALARM_KINDS.length + 1);
    });

    it('says what has happened in words', async () => {
      await subject.channel.send(sampleNotice());
      expect(subject.readable()).toContain('The backup "full" failed');
      await subject.channel.send(sampleNotice({ event: 'resolved' }));
      expect(subject.readable()).toContain('Well again: The backup "full" failed');
    });

    it('gives up at once what is refused, and tries again what is not', async () => {
      subject.behave('refuse');
      const refused = await failure();
      expect(refused.error.kind).not.toBe('unavailable');
      expectNoSecret(refused.told);
      subject.behave('unavailable');
      const busy = await failure();
      expect(busy.error.kind).toBe('unavailable');
      expectNoSecret(busy.told);
    });

    it('says so where nobody listens', async () => {
      await subject.stop();
      const { error, told } = await failure();
      expect(error.kind).toBe('unavailable');
      expectNoSecret(told);
    });

    it.each(['silent', 'drip'] as const)('cuts off a server that is %s', async mood => {
      subject.behave(mood);
      const startedMs = performance.now();
      const { error, told } = await failure();
      expect(error.kind).toBe('unavailable');
      expect(performance.now() - startedMs).toBeLessThan(TEST_TIMEOUT_MS + 2_000);
      expectNoSecret(told);
    });

    it('ends at once when it is told to', async () => {
      subject.behave('silent');
      const abort = new AbortController();
      const sending = failure(abort.signal);
      abort.abort();
      const startedMs = performance.now();
      expect((await sending).error.kind).toBe('unavailable');
      expect(performance.now() - startedMs).toBeLessThan(TEST_TIMEOUT_MS / 2);
    });

    // Mail has no redirects.
    it.each(redirects ? (['redirect'] as const) : [])('follows no %s', async behaviour => {
      subject.behave(behaviour);
      const { error, told } = await failure();
      expect(error.kind).not.toBe('unavailable');
      expectNoSecret(told);
      expect(subject.elsewhere).toBe(0);
    });

    it('takes any text for a name, and keeps within what the format takes', async () => {
      const names = [HOSTILE_NAME, HOSTILE_NAME.repeat(2_000), '\ud83d', '🎒'.repeat(5_000), '\0\r\n'];
      for (const text of names) {
        const alarm = alarmOf({
          kind: 'backup_failed',
          subject: text,
          facts: { name: text, jobId: text, error: 'unavailable' },
        });
        await subject.channel.send(sampleNotice({ alarm }));
        expect(Buffer.byteLength(subject.received().at(-1) ?? '')).toBeLessThan(MAX_MESSAGE_BYTES);
      }
      expect(subject.received()).toHaveLength(names.length);
    });

    it('names where it goes without a secret', () => {
      expect(subject.channel.target).not.toBe('');
      expectNoSecret(subject.channel.target);
      expectNoSecret(inspect(subject.channel, { depth: Infinity }));
    });

    it('takes the next message after one that failed', async () => {
      subject.behave('unavailable');
      expect(await kindOf(subject.channel.send(sampleNotice()))).toBe('unavailable');
      subject.behave('take');
      expect(await subject.channel.send(sampleNotice())).toBeNull();
      expect(subject.received()).toHaveLength(1);
    });
  });
}
