import type { Me } from '@satchel/api-client';
import { csrfToken } from './csrf-token.js';
import { API_BASE } from './paths.js';

/** An answer that nobody has come for by then is not served any more: the world has moved on. */
const KEPT_MS = 10_000;

interface FirstAnswer {
  readonly askedAt: number;
  readonly response: Promise<Response>;
}

const answers = new Map<string, FirstAnswer>();

/**
 * Asks for what a visit begins with, while the app's code is still on its way: who is there, and what the first page is about.
 * The app finds the answers when it asks the same.
 *
 * @param path of the page, without the app's own
 */
export function askFirst(path: string): void {
  // The session's cookies come and go together, and this is the one that a page can see.
  if (csrfToken() === null) return;
  const me = ask(`${API_BASE}/auth/me`);
  if (path !== '') return;
  void me
    .then(response => response.clone().json() as Promise<{ readonly data?: Me }>)
    .then(({ data }) => {
      // What a person may not see is not asked for: each refusal is recorded.
      const may = data?.permissions.includes('backup.view_backupjob') === true;
      if (may && !data.user.must_change_password) void ask(`${API_BASE}/system/status`);
    })
    .catch(() => undefined);
}

function ask(address: string): Promise<Response> {
  const response = fetch(address, { credentials: 'same-origin' });
  // Whoever takes it hears of its failure; nobody may come.
  response.catch(() => undefined);
  answers.set(address, { askedAt: Date.now(), response });
  return response;
}

/** @returns the answer to this very request, once; undefined if it was not asked for ahead */
export function takeFirstAnswer({ method, url }: Request): Promise<Response> | undefined {
  if (method !== 'GET') return undefined;
  const { pathname, search } = new URL(url);
  const address = pathname + search;
  const answer = answers.get(address);
  answers.delete(address);
  return answer !== undefined && Date.now() - answer.askedAt < KEPT_MS ? answer.response : undefined;
}
