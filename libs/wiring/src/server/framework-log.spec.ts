import { expect, it } from 'vitest';
import { FrameworkLog } from './framework-log.js';

function logged(write: (log: FrameworkLog) => void): unknown[][] {
  const lines: unknown[][] = [];
  const at =
    (level: string) =>
    (...words: unknown[]) =>
      void lines.push([level, ...words]);
  write(
    new FrameworkLog({
      log: at('log'),
      error: at('error'),
      warn: at('warn'),
      debug: at('debug'),
      verbose: at('verbose'),
      fatal: at('fatal'),
    }),
  );
  return lines;
}

it.each(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication'])(
  'makes detail of what %s tells at the start, and of nothing else',
  part => {
    expect(
      logged(log => {
        log.log('Starting …', part);
        log.warn('Hm.', part);
        log.error('Broken.', 'a stack', part);
      }),
    ).toEqual([
      ['debug', 'Starting …', part],
      ['warn', 'Hm.', part],
      ['error', 'Broken.', 'a stack', part],
    ]);
  },
);

it('leaves what others say at its level', () => {
  expect(
    logged(log => {
      log.log('Done.', 'BackupController');
      log.log('Done.');
      log.debug('detail', 'BackupController');
      log.verbose('more', 'BackupController');
      log.fatal('The end.', 'BackupController');
    }),
  ).toEqual([
    ['log', 'Done.', 'BackupController'],
    ['log', 'Done.'],
    ['debug', 'detail', 'BackupController'],
    ['verbose', 'more', 'BackupController'],
    ['fatal', 'The end.', 'BackupController'],
  ]);
});
