import type { AuditEvent, AuditVerdict, NewAuditEvent } from '@satchel/domain';
import { AuditLog, BackupError } from '@satchel/domain';
import { FixedClock } from '@satchel/testing';
import type { Request } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { beforeEach, expect, it } from 'vitest';
import { Refusals } from './refusals.js';

class ListedAudit extends AuditLog {
  readonly events: NewAuditEvent[] = [];
  broken = false;

  async record(event: NewAuditEvent): Promise<AuditEvent> {
    if (this.broken) throw new BackupError('unavailable', 'The catalog is away.');
    this.events.push(event);
    return { ...event, number: this.events.length, at: new Date(0), hash: '' };
  }

  async find() {
    return { total: 0, items: [] };
  }

  async *stream(): AsyncGenerator<AuditEvent> {}

  async verify(): Promise<AuditVerdict> {
    return { entries: 0, problems: [] };
  }
}

let audit: ListedAudit;
let clock: FixedClock;
let refusals: Refusals;

beforeEach(() => {
  audit = new ListedAudit();
  clock = new FixedClock();
  refusals = new Refusals(audit, clock, new PinoLogger({ pinoHttp: { level: 'silent' } }));
});

function requestFrom(ip: string, path = '/backup/api/users/:id'): Request {
  return { method: 'DELETE', ip, route: { path } } as unknown as Request;
}

it('says who was refused what, by the pattern of the route', async () => {
  await refusals.record(requestFrom('192.0.2.7'), {
    reason: 'permission_error',
    permission: 'backup.change_user',
  });
  expect(audit.events).toEqual([
    {
      actor: { userId: null, name: 'anonymous', channel: 'api', address: '192.0.2.7', tokenId: null },
      action: 'request.refused',
      outcome: 'refused',
      subject: null,
      details: {
        method: 'DELETE',
        route: '/backup/api/users/:id',
        reason: 'permission_error',
        permission: 'backup.change_user',
      },
    },
  ]);
});

it('writes one entry a minute for a caller and a route', async () => {
  for (let n = 0; n < 50; n++) await refusals.record(requestFrom('192.0.2.7'), { reason: 'csrf_error' });
  expect(audit.events).toHaveLength(1);
  await refusals.record(requestFrom('192.0.2.7', '/backup/api/roles'), { reason: 'csrf_error' });
  await refusals.record(requestFrom('192.0.2.8'), { reason: 'csrf_error' });
  expect(audit.events).toHaveLength(3);
  clock.advance(60_000);
  await refusals.record(requestFrom('192.0.2.7'), { reason: 'csrf_error' });
  expect(audit.events).toHaveLength(4);
});

it('takes all addresses of one IPv6 network for one caller', async () => {
  for (let n = 1; n < 50; n++) {
    await refusals.record(requestFrom(`2001:db8:1:2::${n.toString(16)}`), { reason: 'csrf_error' });
  }
  expect(audit.events).toHaveLength(1);
});

it('lets nobody fill the log from many addresses', async () => {
  for (let n = 0; n < 1000; n++) {
    await refusals.record(requestFrom(`10.0.${n >> 8}.${n & 255}`), { reason: 'unknown token' });
  }
  expect(audit.events).toHaveLength(60);
  clock.advance(60_000);
  await refusals.record(requestFrom('10.1.0.1'), { reason: 'unknown token' });
  expect(audit.events).toHaveLength(61);
});

it('leaves the answer as it is where the log is out of reach', async () => {
  audit.broken = true;
  await expect(refusals.record(requestFrom('192.0.2.7'), { reason: 'csrf_error' })).resolves.toBeUndefined();
});
