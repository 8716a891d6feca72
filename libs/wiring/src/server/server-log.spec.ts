import { BackupError } from '@satchel/domain';
import type { Logger } from 'pino';
import { expect, it } from 'vitest';
import type { LogLevel } from '../wiring.config.js';
import { createServerLog } from './server-log.js';

async function logged(level: LogLevel, write: (log: Logger) => void): Promise<unknown[]> {
  const lines: string[] = [];
  write(await createServerLog('worker', level, { write: line => void lines.push(line) }));
  return lines.map(line => JSON.parse(line) as unknown);
}

it('writes a line of JSON with the level, the time, the program and what belongs to it', async () => {
  const lines = await logged('info', log => {
    log.info({ jobId: 'a' }, 'A job has succeeded.');
    log.warn({}, 'Hm.');
    log.error({ err: new BackupError('unavailable', 'Away.') }, 'A job has failed.');
    log.debug({}, 'detail');
  });
  expect(lines).toMatchObject([
    { level: 'INFO', program: 'worker', jobId: 'a', msg: 'A job has succeeded.' },
    { level: 'WARNING' },
    { level: 'ERROR', err: { kind: 'unavailable' } },
  ]);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toHaveProperty('time', expect.stringMatching(/^2.*Z$/));
});

it('tells detail when it is asked to', async () => {
  expect(await logged('debug', log => log.debug({}, 'detail'))).toMatchObject([{ level: 'DEBUG' }]);
});
