/** When some tab last renewed the session, for the others. */
const RENEWED_AT = 'satchel.renewedAt';

/** A renewal this young serves every request that was on its way meanwhile. */
const FRESH_MS = 5_000;

let current: Promise<boolean> | null = null;

/**
 * Renews the session, once for all requests that ask at the same time, in this tab and in the others: a refresh token that
 * is used twice looks stolen, and would end the session.
 *
 * @param refresh asks the server, and says whether the session goes on
 * @returns whether the session lives; false means signing in again
 * @throws  whatever `refresh` throws
 */
export function renewSession(refresh: () => Promise<boolean>): Promise<boolean> {
  current ??= alone(() => renewUnlessFresh(refresh)).finally(() => {
    current = null;
  });
  return current;
}

async function renewUnlessFresh(refresh: () => Promise<boolean>): Promise<boolean> {
  const age = Date.now() - Number(localStorage.getItem(RENEWED_AT) ?? 0);
  if (age >= 0 && age < FRESH_MS) return true;
  const lives = await refresh();
  if (lives) localStorage.setItem(RENEWED_AT, String(Date.now()));
  return lives;
}

/** Lets one tab at a time through, where the browser can: without TLS it cannot. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager | null }).locks;
  if (!locks) return work();
  return locks.request('satchel.renewal', work);
}
