import { randomUUID } from 'node:crypto';
import type { AuditEvent, AuditFilter, AuditLog, NewAuditEvent } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kindOf } from './kind-of.js';
import type { MemoryKeyRing } from './memory-key-ring.js';

/** One empty log of a test. */
export interface AuditLogSubject {
  readonly log: AuditLog;
  readonly keyRing: MemoryKeyRing;
  /** The same log once more, as another process has it. */
  another(): Promise<AuditLog>;
  /** What somebody with every right in the store does past the adapter. */
  readonly tamper: AuditTampering;
  dispose(): Promise<void>;
}

export interface AuditTampering {
  /** Gives an entry another outcome, and leaves the rest. */
  edit(number: number): Promise<void>;
  remove(...numbers: readonly number[]): Promise<void>;
  /** Lets two entries change places: each gets the other's number. */
  swap(a: number, b: number): Promise<void>;
  /** Puts a copy of an entry after it, and moves the later ones by one. */
  insertAfter(number: number): Promise<void>;
  /** Lets the log say that an older entry is its newest. */
  turnBackTo(number: number): Promise<void>;
}

export function auditEvent(given: Partial<NewAuditEvent> = {}): NewAuditEvent {
  return {
    actor: { userId: randomUUID(), name: 'Asha', channel: 'api', address: '192.0.2.7', tokenId: null },
    action: 'backup.create',
    outcome: 'success',
    subject: randomUUID(),
    details: { type: 'full', rows: 12 },
    ...given,
  };
}

/**
 * What every `AuditLog` must do; an adapter's spec calls it with a way to make one.
 *
 * @param open makes an empty log of its own for each test
 */
export function describeAuditLog(name: string, open: () => Promise<AuditLogSubject>): void {
  describe(`${name} keeps the contract of AuditLog`, () => {
    let subject: AuditLogSubject;
    let log: AuditLog;

    beforeEach(async () => {
      subject = await open();
      log = subject.log;
    });
    afterEach(() => subject.dispose());

    async function recordMany(count: number, given: (index: number) => Partial<NewAuditEvent> = () => ({})) {
      const events: AuditEvent[] = [];
      for (let index = 0; index < count; index += 1) events.push(await log.record(auditEvent(given(index))));
      return events;
    }

    async function problemsOf(reader: AuditLog = log): Promise<string[]> {
      return (await reader.verify()).problems.map(({ number, problem }) => `${number} ${problem}`);
    }

    describe('an entry', () => {
      it('is kept as it was given, with number, moment and hash', async () => {
        const event = auditEvent({
          actor: { userId: null, name: 'Ünï 😀 "x"', channel: 'cli', address: null, tokenId: randomUUID() },
          subject: null,
          details: { b: [1, 2.5, -0.001, 1e21, null, true], a: { z: 'ä', y: '' }, '': 'empty' },
        });
        const before = Date.now() - 60_000;
        const recorded = await log.record(event);
        expect(recorded).toMatchObject(event);
        expect(recorded).toMatchObject({
          number: 1,
          hash: expect.stringMatching(/^hmac-sha256:[0-9a-f]{64}$/) as unknown,
        });
        expect(recorded.at.getTime()).toBeGreaterThan(before);
        expect((await log.find({})).items).toEqual([recorded]);
        expect(await log.verify()).toEqual({ entries: 1, problems: [] });
      });

      it('may hold what a store would not take, and is kept without it', async () => {
        const at = new Date('2026-03-01T00:00:00Z');
        const details = { 'a\0b': ['\ud800', 10n], at, nothing: undefined };
        const actor = { userId: null, name: 'x\0y', channel: 'api' as const, address: null, tokenId: null };
        await log.record(auditEvent({ actor, subject: 'a\0', details }));
        expect((await log.find({})).items).toMatchObject([
          {
            actor: { name: 'x\ufffdy' },
            subject: 'a\ufffd',
            details: { 'a\ufffdb': ['\ufffd', '10'], at: '2026-03-01T00:00:00.000Z' },
          },
        ]);
        expect(await problemsOf()).toEqual([]);
      });
    });

    it('numbers entries without gaps however many are recorded at once, and the chain does not fork', async () => {
      const other = await subject.another();
      await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? log : other).record(auditEvent())));
      const { items, total } = await log.find({});
      expect(total).toBe(20);
      expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, i) => 20 - i));
      const times = items.map(({ at }) => at.getTime());
      expect(times).toEqual([...times].sort((a, b) => b - a));
      expect(await log.verify()).toEqual({ entries: 20, problems: [] });
    });

    describe('find', () => {
      it('filters, newest first, by page, and counts all', async () => {
        const asha = { userId: null, name: 'Asha', channel: 'cli', address: null, tokenId: null } as const;
        const uma = { ...asha, name: 'ÜMA' };
        const events = await recordMany(30, index => ({
          actor: index % 3 === 0 ? uma : asha,
          action: index % 2 ? 'restore.run' : 'backup.create',
          outcome: index % 5 === 0 ? 'failed' : 'success',
          subject: index === 7 ? 'the one' : null,
        }));
        const numbersOf = async (filter: AuditFilter) => {
          const { total, items } = await log.find(filter);
          return { total, numbers: items.map(({ number }) => number) };
        };
        const where = (test: (event: AuditEvent) => boolean): number[] =>
          events
            .filter(test)
            .map(({ number }) => number)
            .reverse();
        expect(await numbersOf({ limit: 3 })).toEqual({ total: 30, numbers: [30, 29, 28] });
        expect(await numbersOf({ limit: 3, offset: 28 })).toEqual({ total: 30, numbers: [2, 1] });
        expect(await numbersOf({ offset: 30 })).toEqual({ total: 30, numbers: [] });
        const failed = where(({ outcome }) => outcome === 'failed');
        expect(await numbersOf({ outcome: 'failed' })).toEqual({ total: 6, numbers: failed });
        expect(await numbersOf({ action: 'restore.run', limit: 2, offset: 1 })).toEqual({
          total: 15,
          numbers: where(({ action }) => action === 'restore.run').slice(1, 3),
        });
        expect((await numbersOf({ actor: 'asha' })).total).toBe(20);
        expect((await numbersOf({ actor: 'üma', outcome: 'failed' })).total).toBe(2);
        expect((await numbersOf({ actor: 'ash' })).total).toBe(0);
        expect(await numbersOf({ subject: 'the one' })).toEqual({ total: 1, numbers: [8] });
        expect((await numbersOf({ subject: "x' OR true --" })).total).toBe(0);
      });

      it('filters by time: from a moment, with it, to another, without it', async () => {
        const events = await recordMany(6);
        const at = (number: number): Date => events[number - 1]?.at ?? new Date(0);
        const inTime = (from: Date | null, to: Date | null): number[] =>
          events
            .filter(event => (from === null || event.at >= from) && (to === null || event.at < to))
            .map(({ number }) => number)
            .reverse();
        for (const [from, to] of [
          [at(3), null],
          [null, at(3)],
          [at(2), at(5)],
          [at(4), at(4)],
          [new Date(0), at(1)],
          [new Date(at(6).getTime() + 1), null],
        ] as const) {
          const filter = { ...(from && { from }), ...(to && { to }) };
          const { total, items } = await log.find(filter);
          expect(items.map(({ number }) => number)).toEqual(inTime(from, to));
          expect(total).toBe(inTime(from, to).length);
          expect((await log.find({ ...filter, action: 'backup.create' })).total).toBe(total);
        }
      });

      it.each([{ limit: 0 }, { limit: 1001 }, { offset: -1 }, { limit: 1.5 }])('refuses %o', async page => {
        expect(await kindOf(log.find(page))).toBe('validation_error');
      });
    });

    it('streams all that match, newest first, while others record, until it is stopped', async () => {
      await recordMany(8, index => ({ action: index % 2 ? 'restore.run' : 'backup.create' }));
      const seen: number[] = [];
      for await (const { number } of log.stream({ action: 'backup.create', limit: 1, offset: 2 })) {
        seen.push(number);
        if (seen.length === 1) await log.record(auditEvent());
      }
      expect(seen).toEqual([7, 5, 3, 1]);
      const stop = new AbortController();
      stop.abort();
      const stopped = async () => {
        for await (const _ of log.stream({}, stop.signal));
      };
      expect(await kindOf(stopped())).toBe('cancelled');
      expect(await kindOf(log.verify(stop.signal))).toBe('cancelled');
    });

    describe('verify', () => {
      beforeEach(() => recordMany(6));

      it('finds nothing wrong with an empty log, or an untouched one', async () => {
        expect(await log.verify()).toEqual({ entries: 6, problems: [] });
        expect(await problemsOf(await subject.another())).toEqual([]);
      });

      it('finds an entry that was edited', async () => {
        await subject.tamper.edit(3);
        expect(await problemsOf()).toEqual(['3 altered']);
      });

      it('finds an edit of the newest', async () => {
        await subject.tamper.edit(6);
        expect(await problemsOf()).toEqual(['6 altered']);
      });

      it('finds one that was removed in the middle, and the first ones', async () => {
        await subject.tamper.remove(4);
        expect(await problemsOf()).toEqual(['4 missing']);
        await subject.tamper.remove(1, 2);
        expect(await problemsOf()).toEqual(['1 missing', '4 missing']);
      });

      it('finds that the last ones were removed, and all of them', async () => {
        await subject.tamper.remove(5, 6);
        expect(await problemsOf()).toEqual(['5 cut off']);
        await subject.tamper.remove(1, 2, 3, 4);
        expect(await problemsOf()).toEqual(['1 cut off']);
      });

      it('finds two that have changed places', async () => {
        await subject.tamper.swap(2, 5);
        expect(await problemsOf()).toEqual(expect.arrayContaining(['2 altered', '5 altered']));
      });

      it('finds one that was inserted', async () => {
        await subject.tamper.insertAfter(3);
        expect(await problemsOf()).toEqual(expect.arrayContaining(['4 altered']));
      });

      it('finds that the end was removed and the log says that there was nothing more', async () => {
        await subject.tamper.remove(5, 6);
        await subject.tamper.turnBackTo(4);
        expect(await problemsOf()).toEqual(['4 cut off']);
      });

      it.each([
        ['removed last ones', (tamper: AuditTampering) => tamper.remove(5, 6)],
        [
          'a removed end that is denied',
          async (tamper: AuditTampering) => {
            await tamper.remove(5, 6);
            await tamper.turnBackTo(4);
          },
        ],
        ['an insertion at the end', (tamper: AuditTampering) => tamper.insertAfter(6)],
        ['an edit', (tamper: AuditTampering) => tamper.edit(6)],
      ])('still finds %s after more was recorded', async (_, act) => {
        await act(subject.tamper);
        const before = (await problemsOf()).length;
        await recordMany(3);
        expect((await problemsOf()).length).toBeGreaterThanOrEqual(Math.max(1, before));
      });

      it('holds under a key that was replaced, and says which entries a lost one has signed', async () => {
        subject.keyRing.replace();
        await recordMany(2);
        expect(await log.verify()).toEqual({ entries: 8, problems: [] });
        await subject.tamper.edit(2);
        expect(await problemsOf()).toEqual(['2 altered']);
        subject.keyRing.forgetEarlier();
        expect(await problemsOf()).toEqual([1, 2, 3, 4, 5, 6].map(number => `${number} unknown key`));
      });
    });
  });
}
