import { BackupError } from '@satchel/domain';

/**
 * What a promise comes to, unless it takes too long; it then goes on unwatched.
 *
 * @throws BackupError `unavailable` when the time is over
 */
export async function withinPatience<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new BackupError('unavailable', `No answer within ${ms / 1000} seconds.`)),
      ms,
    );
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
