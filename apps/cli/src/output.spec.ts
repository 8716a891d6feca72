import { BackupError, ERROR_KINDS } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES, EXIT_CODES_HELP } from './exit-codes.js';
import { addFill, oneOf, wholeNumber } from './flags.js';
import { Output } from './output.js';

function outputOf(
  json: boolean,
  debug: boolean,
  act: (output: Output) => void,
): { stdout: string; stderr: string } {
  const written = { stdout: '', stderr: '' };
  const streams = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  act(new Output(streams, json, debug, () => new Date('2026-03-01T09:15:00Z')));
  return written;
}

const failure = new BackupError(
  'restore_failed',
  'A row of students_student cannot be stored: the admission number is taken.',
  {
    table: 'students_student',
    key: { id: '7' },
    column: 'admission_number',
    reason: 'unique',
    parameter: 'x',
  },
  { cause: new Error('duplicate key') },
);

describe('Output', () => {
  it('gives scripts one document with the envelope of the API', () => {
    const { stdout, stderr } = outputOf(true, false, output => output.fail(failure));
    expect(JSON.parse(stdout)).toEqual({
      status: 'error',
      message: failure.message,
      error_type: 'restore_failed',
      details: failure.context,
      timestamp: '2026-03-01T09:15:00.000Z',
    });
    expect(stderr).toBe('');
  });

  it('tells people what is wrong, the facts, and what to do, without a stack', () => {
    const { stdout, stderr } = outputOf(false, false, output => output.fail(failure));
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      `Error: ${failure.message}`,
      '  key     id = 7',
      '  column  admission_number',
      expect.stringContaining('reason  unique'),
      expect.stringContaining('Nothing was changed.'),
      '',
    ]);
  });

  it('lists the ways in which file and database differ, one a line', () => {
    const differences = [
      { kind: 'missing table', message: 'The database has no table notes.' },
      { kind: 'required column', message: 'students.status must have a value.' },
    ];
    const error = new BackupError(
      'restore_failed',
      `The file does not fit. ${differences.map(({ message }) => message).join(' ')} Give --allow-missing.`,
      { differences, sqlState: '42P01' },
    );
    expect(
      outputOf(false, false, output => output.fail(error))
        .stderr.split('\n')
        .slice(0, 4),
    ).toEqual([
      'Error: The file does not fit. Give --allow-missing.',
      '  - The database has no table notes.',
      '  - students.status must have a value.',
      expect.stringContaining('--fill table.column=value'),
    ]);
  });

  it('keeps codes for people who look for the cause', () => {
    const error = new BackupError('restore_failed', 'No.', { sqlState: '23505' });
    expect(outputOf(false, false, output => output.fail(error)).stderr).not.toContain('23505');
    expect(outputOf(false, true, output => output.fail(error)).stderr).toContain('sql state  23505');
    expect(JSON.parse(outputOf(true, false, output => output.fail(error)).stdout)).toMatchObject({
      details: { sql_state: '23505' },
    });
  });

  it('shows stacks and causes when asked to debug', () => {
    const { stderr } = outputOf(false, true, output => output.fail(failure));
    expect(stderr).toMatch(/output\.spec\.ts[\s\S]*Caused by: Error: duplicate key/);
  });

  it('keeps warnings out of the result', () => {
    const outcome = { message: 'Done.', text: '', data: {}, warnings: ['careful'] };
    expect(outputOf(false, false, output => output.succeed(outcome))).toEqual({
      stdout: 'Done.\n',
      stderr: 'Warning: careful\n',
    });
    expect(JSON.parse(outputOf(true, false, output => output.succeed(outcome)).stdout)).toMatchObject({
      status: 'success',
      warnings: ['careful'],
    });
  });
});

describe('exit codes', () => {
  it.each(ERROR_KINDS)('of %s is listed in the help', kind => {
    expect(EXIT_CODES_HELP).toMatch(new RegExp(`^ +${EXIT_CODES[kind]}  `, 'm'));
  });
});

describe('flags', () => {
  it('say what is allowed', () => {
    expect(() => oneOf('--mode', ['merge', 'replace'], 'Merge')).toThrow('Allowed: merge, replace.');
    expect(() => wholeNumber('--jobs', { min: 1, max: 16 }, '17')).toThrow('from 1 to 16');
    expect(() => wholeNumber('--jobs', { min: 1, max: 16 }, '1e1')).toThrow(BackupError);
    expect(wholeNumber('--jobs', { min: 1, max: 16 }, '16')).toBe(16);
  });

  it('gather values to fill, empty ones and equals signs included', () => {
    expect(addFill('a.b=c=d', addFill('s.a.e=', undefined))).toEqual({ 's.a.e': '', 'a.b': 'c=d' });
    for (const wrong of ['a=b', 'a.b', '=c', 'a.b.c.d=e']) expect(() => addFill(wrong, {})).toThrow('--fill');
  });
});
