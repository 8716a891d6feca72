import { inspect } from 'node:util';
import { BackupError } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { fromPostgresError } from './postgres-error.js';

function serverError(code: string, message: string, fields: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), { severity: 'ERROR', code, ...fields });
}

const nodeError = (code: string, message = code): Error => Object.assign(new Error(message), { code });

it.each([
  ['28P01', 'validation_error'],
  ['28000', 'validation_error'],
  ['3D000', 'validation_error'],
  ['25006', 'validation_error'],
  ['08006', 'unavailable'],
  ['57P01', 'unavailable'],
  ['57P02', 'unavailable'],
  ['57P03', 'unavailable'],
  ['53100', 'unavailable'],
  ['53300', 'unavailable'],
  ['42501', 'permission_error'],
  ['57014', 'cancelled'],
  ['40P01', 'conflict'],
  ['55P03', 'conflict'],
  ['0A000', 'unsupported'],
  ['23505', 'restore_failed'],
  ['22001', 'restore_failed'],
  ['54000', 'restore_failed'],
  ['42601', 'system_error'],
  ['XX000', 'system_error'],
])('makes of SQLSTATE %s the kind %s', (code, kind) => {
  expect(fromPostgresError(serverError(code, 'text of the server'))).toMatchObject({
    kind,
    context: { sqlState: code },
  });
});

it.each([
  [nodeError('ECONNREFUSED'), 'unavailable'],
  [nodeError('ECONNRESET'), 'unavailable'],
  [nodeError('EPIPE'), 'unavailable'],
  [nodeError('ENOTFOUND'), 'unavailable'],
  [nodeError('ETIMEDOUT'), 'unavailable'],
  [new Error('timeout expired'), 'unavailable'],
  [new Error('Connection terminated unexpectedly'), 'unavailable'],
  [new Error('Client has encountered a connection error and is not queryable'), 'unavailable'],
  [nodeError('SELF_SIGNED_CERT_IN_CHAIN'), 'validation_error'],
  [nodeError('ERR_TLS_CERT_ALTNAME_INVALID'), 'validation_error'],
  [new Error('The server does not support SSL connections'), 'validation_error'],
  [new Error('something else'), 'system_error'],
  ['a text', 'system_error'],
])('makes of %s the kind %s', (thrown, kind) => {
  expect(fromPostgresError(thrown)).toMatchObject({ kind });
});

it('leaves our own errors alone, and says cancelled once the signal was raised', () => {
  const own = new BackupError('conflict', 'x');
  expect(fromPostgresError(own)).toBe(own);
  const signal = AbortSignal.abort();
  expect(fromPostgresError(new Error('Connection terminated'), { signal })).toMatchObject({
    kind: 'cancelled',
  });
});

describe('a row that was refused', () => {
  const names = { schema: 'public', table: 'pupil', constraint: 'pupil_email_key' };

  it('is named by table, key and constraint', () => {
    const error = fromPostgresError(
      serverError('23505', 'duplicate key value violates unique constraint "pupil_email_key"', {
        ...names,
        detail: 'Key (school, email)=(1, a@example.test) already exists.',
      }),
    );
    expect(error.message).toBe(
      'The database refused a row of public.pupil, key (school, email)=(1, a@example.test): ' +
        'the value of a unique key is there already (pupil_email_key). Nothing was changed.',
    );
    expect(error.context).toMatchObject({ ...names, key: '(school, email)=(1, a@example.test)' });
  });

  it.each([
    ['Key (id)=(5) is not present in table "school".', '(id)=(5)'],
    ['Key (a)=(x (y) z) already exists.', '(a)=(x (y) z)'],
    ['Key (a)=(1) conflicts with existing key (a)=(2).', '(a)=(1)'],
    ['La clé « (id)=(5) » existe déjà.', '(id)=(5)'],
    ['Schlüssel »(id)=(5)« existiert bereits.', '(id)=(5)'],
  ])('has the key of: %s', (detail, key) => {
    const code = detail.includes('conflicts') ? '23P01' : '23505';
    expect(fromPostgresError(serverError(code, 'x', { detail })).context).toMatchObject({ key });
  });

  it.each([
    [
      '23502',
      'null value in column "name" of relation "pupil" violates not-null constraint',
      'Failing row contains (1, hunter2, (a)=(hunter2)).',
    ],
    [
      '23514',
      'new row for relation "pupil" violates check constraint "c"',
      'Failing row contains (1, hunter2).',
    ],
    ['22P02', 'invalid input syntax for type integer: "hunter2"', ''],
    ['22003', 'value "hunter2" is out of range for type integer', ''],
    ['22P02', 'invalid input syntax for type json', 'Token "hunter2" is invalid.'],
    ['P0001', 'hunter2 is not welcome', ''],
  ])('never shows a value: %s', (code, message, detail) => {
    const where = 'COPY stage, line 7, column name: "hunter2"\nJSON data, line 1: hunter2';
    const error = fromPostgresError(serverError(code, message, { detail, where }), {
      schema: 's',
      table: 'pupil',
    });
    expect(error.context).toMatchObject({ schema: 's', table: 'pupil', column: 'name', line: 7 });
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });

  it('names the type', () => {
    const error = fromPostgresError(serverError('22001', 'value too long for type character varying(20)'));
    expect(error.message).toContain('a text is longer than its column allows (character varying(20))');
  });

  it('cuts a long key short', () => {
    const detail = `Key (a)=(${'x'.repeat(5000)}) already exists.`;
    expect(fromPostgresError(serverError('23505', 'x', { detail })).message.length).toBeLessThan(500);
  });
});
