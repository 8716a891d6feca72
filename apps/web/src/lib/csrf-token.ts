/** The cookie that a page may read, so that only our own page can repeat it in a header. */
const COOKIE = 'satchel_csrf';

/** What has to stand beside the session's cookie in each request that changes something; null before signing in. */
export function csrfToken(): string | null {
  for (const pair of document.cookie.split(';')) {
    const [name, ...value] = pair.trim().split('=');
    if (name === COOKIE) return decodeURIComponent(value.join('='));
  }
  return null;
}
