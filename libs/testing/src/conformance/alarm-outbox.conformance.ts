import { LEASE_MS, REPEAT_ALARM_MS, type AlarmCause, type AlarmOutbox } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_NAME, sampleAlarm, sampleCause } from './sample-alarms.js';

/** One empty outbox of a test. */
export interface AlarmOutboxSubject {
  readonly outbox: AlarmOutbox;
  /** The same outbox once more, as another process has it. */
  another(): Promise<AlarmOutbox>;
  dispose(): Promise<void>;
}

const START = new Date('2026-03-01T09:00:00.000Z');
const MINUTE_MS = 60_000;
const CHANNELS = ['email', 'slack'] as const;
const FAILED = sampleCause('backup_failed');

function after(ms: number): Date {
  return new Date(START.getTime() + ms);
}

/** What every `AlarmOutbox` must do. @param open makes an empty outbox of its own for each test */
export function describeAlarmOutbox(name: string, open: () => Promise<AlarmOutboxSubject>): void {
  describe(`${name} keeps the contract of AlarmOutbox`, () => {
    let subject: AlarmOutboxSubject;
    let outbox: AlarmOutbox;

    beforeEach(async () => {
      subject = await open();
      outbox = subject.outbox;
    });
    afterEach(() => subject.dispose());

    async function onlyAlarm() {
      const { total, items } = await outbox.find({});
      expect(total).toBe(1);
      const [found] = items;
      if (found === undefined) throw new Error('no alarm');
      return found;
    }

    /** Claims and delivers all that is due. @returns what was, as `channel event` */
    async function deliver(now: Date): Promise<string[]> {
      const claimed = await outbox.claim(now, 100);
      for (const { delivery } of claimed) {
        await outbox.settle(delivery, { state: 'delivered', problem: null }, now);
      }
      return claimed.map(({ delivery: { channel, event } }) => `${channel} ${event}`).sort();
    }

    it('opens an alarm, and queues a message to each channel', async () => {
      expect(await outbox.raise(FAILED, CHANNELS, START)).toBe('raised');
      const { alarm, deliveries } = await onlyAlarm();
      expect(alarm).toMatchObject({
        ...FAILED,
        openedAt: START,
        lastSeenAt: START,
        timesSeen: 1,
        acknowledgedAt: null,
        resolvedAt: null,
      });
      expect(deliveries.map(({ channel, event, state }) => [channel, event, state])).toEqual([
        ['email', 'raised', 'pending'],
        ['slack', 'raised', 'pending'],
      ]);
      expect(await deliver(START)).toEqual(['email raised', 'slack raised']);
      expect(await outbox.claim(after(REPEAT_ALARM_MS), 10)).toEqual([]);
    });

    it('keeps one alarm of a cause, and says it again only after a day', async () => {
      await outbox.raise(FAILED, CHANNELS, START);
      await deliver(START);
      const newer: AlarmCause = { ...FAILED, facts: { ...FAILED.facts, name: 'second' } };
      expect(await outbox.raise(newer, CHANNELS, after(MINUTE_MS))).toBeNull();
      expect(await outbox.raise(newer, CHANNELS, after(REPEAT_ALARM_MS - 1))).toBeNull();
      expect(await outbox.raise(newer, CHANNELS, after(REPEAT_ALARM_MS))).toBe('repeated');
      expect(await outbox.raise(newer, CHANNELS, after(REPEAT_ALARM_MS + MINUTE_MS))).toBeNull();
      const { alarm } = await onlyAlarm();
      expect(alarm).toMatchObject({ facts: { name: 'second' }, openedAt: START, timesSeen: 5 });
      expect(alarm.lastSeenAt).toEqual(after(REPEAT_ALARM_MS + MINUTE_MS));
      expect(await deliver(after(REPEAT_ALARM_MS + MINUTE_MS))).toEqual(['email repeated', 'slack repeated']);
    });

    it('opens one alarm however many processes find the cause at once', async () => {
      const processes = [outbox, await subject.another(), await subject.another(), await subject.another()];
      const told = await Promise.all(
        Array.from({ length: 6 }, () => processes).flatMap(all =>
          all.map(each => each.raise(FAILED, CHANNELS, START)),
        ),
      );
      expect(told.filter(event => event !== null)).toEqual(['raised']);
      const { alarm, deliveries } = await onlyAlarm();
      expect(alarm.timesSeen).toBe(24);
      expect(deliveries).toHaveLength(2);
    });

    it('knows causes apart by kind and subject', async () => {
      await outbox.raise(FAILED, CHANNELS, START);
      await outbox.raise({ ...FAILED, subject: 'students' }, CHANNELS, START);
      await outbox.raise(sampleCause('backup_overdue'), CHANNELS, START);
      expect((await outbox.find({ open: true })).total).toBe(3);
      expect((await outbox.find({ kinds: ['backup_failed'] })).total).toBe(2);
      expect((await outbox.summary()).open).toEqual([
        { kind: 'backup_failed', count: 2 },
        { kind: 'backup_overdue', count: 1 },
      ]);
    });

    it('says that it is well again, and not any more what had not been sent', async () => {
      await outbox.raise(FAILED, CHANNELS, START);
      expect(await outbox.resolve(FAILED, CHANNELS, after(MINUTE_MS))).toBe(true);
      expect(await outbox.resolve(FAILED, CHANNELS, after(MINUTE_MS))).toBe(false);
      expect(await deliver(after(MINUTE_MS))).toEqual(['email resolved', 'slack resolved']);
      const { alarm, deliveries } = await onlyAlarm();
      expect(alarm.resolvedAt).toEqual(after(MINUTE_MS));
      expect(deliveries.map(({ state }) => state).sort()).toEqual([
        'delivered',
        'delivered',
        'superseded',
        'superseded',
      ]);
      expect((await outbox.find({ open: true })).total).toBe(0);
      expect((await outbox.find({ open: false })).total).toBe(1);
    });

    it('opens another alarm when it happens again', async () => {
      await outbox.raise(FAILED, CHANNELS, START);
      await outbox.resolve(FAILED, CHANNELS, after(1));
      expect(await outbox.raise(FAILED, CHANNELS, after(2))).toBe('raised');
      expect((await outbox.find({})).items.map(({ alarm }) => alarm.resolvedAt)).toEqual([null, after(1)]);
    });

    it('does not take for well what was seen since one looked', async () => {
      await outbox.raise(FAILED, CHANNELS, after(MINUTE_MS));
      expect(await outbox.resolve(FAILED, CHANNELS, after(MINUTE_MS), START)).toBe(false);
      expect(await outbox.resolve(FAILED, CHANNELS, after(2 * MINUTE_MS), after(MINUTE_MS + 1))).toBe(true);
    });

    it('leaves alone who knows, until it happens anew', async () => {
      await outbox.raise(FAILED, CHANNELS, START);
      await deliver(START);
      const { alarm } = await onlyAlarm();
      const known = await outbox.acknowledge(alarm.alarmId, 'asha', after(1));
      expect(known).toMatchObject({ acknowledgedBy: 'asha', acknowledgedAt: after(1), resolvedAt: null });
      expect(await outbox.acknowledge(alarm.alarmId, 'ravi', after(2))).toMatchObject({
        acknowledgedBy: 'asha',
      });
      expect(await outbox.raise(FAILED, CHANNELS, after(3 * REPEAT_ALARM_MS))).toBeNull();
      await outbox.resolve(FAILED, CHANNELS, after(3 * REPEAT_ALARM_MS));
      expect(await outbox.raise(FAILED, CHANNELS, after(4 * REPEAT_ALARM_MS))).toBe('raised');
      expect(await outbox.acknowledge('00000000-0000-4000-8000-000000000000', 'asha', after(1))).toBeNull();
    });

    it('ends what is over once it was seen', async () => {
      await outbox.raise(sampleCause('restore_failed'), CHANNELS, START);
      const { alarm } = await onlyAlarm();
      expect(await outbox.acknowledge(alarm.alarmId, 'asha', after(5))).toMatchObject({
        resolvedAt: after(5),
      });
    });

    it('gives each message to one process', async () => {
      for (let number = 0; number < 20; number += 1) {
        await outbox.raise({ ...FAILED, subject: `type ${number}` }, CHANNELS, START);
      }
      const processes = [outbox, await subject.another(), await subject.another()];
      const claims = await Promise.all(
        Array.from({ length: 4 }, () => processes).flatMap(all => all.map(each => each.claim(START, 5))),
      );
      const ids = claims.flatMap(claim => claim.map(({ delivery }) => delivery.deliveryId));
      // What one passes over while another has it is there for the next who asks.
      for (let more = await outbox.claim(START, 40); more.length > 0; more = await outbox.claim(START, 40)) {
        ids.push(...more.map(({ delivery }) => delivery.deliveryId));
      }
      expect(ids).toHaveLength(40);
      expect(new Set(ids).size).toBe(40);
    });

    it('tries again when it is time, and remembers what went wrong', async () => {
      await outbox.raise(FAILED, ['email'], START);
      const [first] = await outbox.claim(START, 10);
      if (first === undefined) throw new Error('nothing to send');
      expect(first.delivery.attempts).toBe(1);
      await outbox.settle(first.delivery, { againAt: after(MINUTE_MS), problem: 'greylisted' }, after(1));
      expect(await outbox.claim(after(MINUTE_MS - 1), 10)).toEqual([]);
      const [second] = await outbox.claim(after(MINUTE_MS), 10);
      expect(second?.delivery).toMatchObject({ attempts: 2, problem: 'greylisted', state: 'pending' });
      if (second === undefined) throw new Error('not tried again');
      await outbox.settle(second.delivery, { state: 'failed', problem: 'given up' }, after(MINUTE_MS));
      expect((await onlyAlarm()).deliveries).toMatchObject([
        { state: 'failed', problem: 'given up', finishedAt: after(MINUTE_MS), attempts: 2 },
      ]);
      expect((await outbox.summary()).channels).toEqual([
        {
          channel: 'email',
          lastDeliveredAt: null,
          lastProblemAt: after(MINUTE_MS),
          lastProblem: 'given up',
          failures: 2,
          pending: 0,
        },
      ]);
    });

    it('hands on what a process had that has died, and then no longer listens to it', async () => {
      await outbox.raise(FAILED, ['email'], START);
      const [lost] = await outbox.claim(START, 10);
      expect(await outbox.claim(after(LEASE_MS - 1), 10)).toEqual([]);
      const heir = await subject.another();
      const [taken] = await heir.claim(after(LEASE_MS), 10);
      expect(taken?.delivery.deliveryId).toBe(lost?.delivery.deliveryId);
      if (lost === undefined || taken === undefined) throw new Error('nothing to send');
      await outbox.settle(lost.delivery, { state: 'failed', problem: 'too late' }, after(LEASE_MS));
      await heir.settle(taken.delivery, { state: 'delivered', problem: null }, after(LEASE_MS));
      expect((await onlyAlarm()).deliveries).toMatchObject([{ state: 'delivered', problem: null }]);
    });

    it('keeps what was sent past the queue', async () => {
      await outbox.record(null, [{ channel: 'slack', event: 'test', problem: 'no such hook' }], START);
      const alarm = { ...sampleAlarm(sampleCause('service_down')), openedAt: START, resolvedAt: after(1) };
      const sent = [
        { channel: 'email', event: 'raised', problem: null },
        { channel: 'email', event: 'resolved', problem: null },
      ] as const;
      await outbox.record(alarm, sent, after(1));
      const kept = await onlyAlarm();
      expect(kept.alarm).toMatchObject({
        alarmId: alarm.alarmId,
        kind: 'service_down',
        resolvedAt: after(1),
      });
      expect(kept.deliveries.map(({ event, state }) => `${event} ${state}`).sort()).toEqual([
        'raised delivered',
        'resolved delivered',
      ]);
      const { channels } = await outbox.summary();
      expect(channels).toMatchObject([
        { channel: 'email', lastDeliveredAt: after(1), failures: 0 },
        { channel: 'slack', lastDeliveredAt: null, lastProblem: 'no such hook', failures: 1 },
      ]);
      expect(await outbox.claim(after(REPEAT_ALARM_MS), 10)).toEqual([]);
    });

    it('keeps any text', async () => {
      for (const text of [HOSTILE_NAME, 'x'.repeat(100_000), '\0', '\ud83d', '']) {
        const cause: AlarmCause = { ...FAILED, subject: text, facts: { ...FAILED.facts, name: text } };
        expect(await outbox.raise(cause, CHANNELS, START)).toBe('raised');
        expect(await outbox.raise(cause, CHANNELS, START)).toBeNull();
        expect(await outbox.resolve(cause, [], after(1))).toBe(true);
      }
    });

    it('forgets what ended long ago, and no other', async () => {
      await outbox.raise(FAILED, CHANNELS, START);
      await outbox.raise(sampleCause('backup_overdue'), CHANNELS, START);
      await outbox.resolve(FAILED, CHANNELS, after(1));
      await outbox.record(null, [{ channel: 'slack', event: 'test', problem: null }], START);
      await outbox.sweep(after(1));
      expect((await outbox.find({})).total).toBe(2);
      await outbox.sweep(after(2));
      expect((await onlyAlarm()).alarm.kind).toBe('backup_overdue');
    });

    it('pages, newest first', async () => {
      for (let number = 0; number < 5; number += 1) {
        await outbox.raise({ ...FAILED, subject: `type ${number}` }, [], after(number));
      }
      const { total, items } = await outbox.find({ limit: 2, offset: 1 });
      expect(total).toBe(5);
      expect(items.map(({ alarm }) => alarm.subject)).toEqual(['type 3', 'type 2']);
    });
  });
}
