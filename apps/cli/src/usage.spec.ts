import { toBackupError } from '@satchel/domain';
import { expect, it } from 'vitest';
import { runInProcess } from './testing/run-in-process.js';
import { isUsageError, toUsageError } from './usage-error.js';

it.each<[string, string[], RegExp]>([
  ['a mode', ['restore', '--file=x', '--mode=overwrite'], /--mode.*merge, replace/],
  ['a compression', ['create', '--compression=rar'], /none, gzip, zstd/],
  ['a number', ['create', '--jobs=many'], /whole number from 1 to 16/],
  ['a command', ['crate'], /Unknown command 'crate'.*create/],
  ['a command of a group', ['schedule', 'ad'], /Unknown command 'ad' of schedule; it has: .*add/],
  ['a flag', ['create', '--tipe', 'full'], /Unknown option '--tipe'.*--type/],
  ['a flag with its value', ['create', '--typ=full'], /Unknown option '--typ'.*Did you mean --type/],
  ['a missing value', ['create', '--type'], /argument missing|needs a value/],
  ['a missing flag', ['verify'], /--file/],
  ['too many words', ['create', 'full'], /Too many arguments/],
  ['a replace without a yes', ['restore', '--file=x', '--mode=replace'], /--yes.*--dry-run/],
  ['an undo without a yes', ['undo', 'x'], /--yes.*--dry-run/],
  ['a delete without a yes', ['delete', 'x'], /--yes/],
  ['a delete without a backup', ['delete', '--yes'], /missing required argument 'backup'/i],
  ['a cleanup without a yes', ['cleanup'], /--confirm.*--dry-run/],
  ['a password twice over', ['user', 'add', 'x', '--password-stdin', '--random-password'], /not both/],
])('says what is wrong with %s', async (_, words, message) => {
  const { thrown, shown } = await runInProcess(words);
  const error = isUsageError(thrown) ? toUsageError(thrown) : toBackupError(thrown);
  expect(error.message).toMatch(message);
  expect(error.kind).toBe('validation_error');
  expect(shown).toBe('');
});
