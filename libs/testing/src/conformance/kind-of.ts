import { BackupError } from '@satchel/domain';

/** The kind of error that a promise fails with; what is not ours fails the test with all that it says. */
export async function kindOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackupError) return error.kind;
    throw error;
  }
  return 'no error';
}
