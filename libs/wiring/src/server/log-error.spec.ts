import { BackupError } from '@satchel/domain';
import { expect, it } from 'vitest';
import { logError } from './log-error.js';

it('tells kind, words, context and place of our own errors, and of what caused them', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const logged = logError(
    new BackupError('unavailable', 'It is away.', { setting: 'DATABASE_URL' }, { cause }),
  );
  expect(logged).toMatchObject({
    type: 'BackupError',
    kind: 'unavailable',
    message: 'It is away.',
    context: { setting: 'DATABASE_URL' },
    cause: { type: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
  });
  expect(logged.stack?.[0]).toMatch(/^at .*log-error\.spec/);
});

it('repeats no words of PostgreSQL, which may hold values of rows', () => {
  const words = 'invalid input syntax for type integer: "hunter2"';
  const cause = Object.assign(new Error(words), {
    severity: 'ERROR',
    routine: 'pg_strtoint32',
    code: '22P02',
  });
  const logged = logError(new BackupError('restore_failed', 'A value does not fit.', {}, { cause }));
  expect(logged.cause).toMatchObject({ code: '22P02' });
  expect(JSON.stringify(logged)).not.toContain('hunter2');
});

it('comes to an end where an error is its own cause', () => {
  const error = new Error('round');
  error.cause = error;
  expect(JSON.stringify(logError(error)).length).toBeLessThan(20_000);
});
