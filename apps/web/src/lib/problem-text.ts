import type { TextKey } from '../texts/en.js';
import { en } from '../texts/en.js';
import type { Translate } from '../texts/use-text.js';
import { isApiError } from './api-error.js';

type RefusalKey = Extract<TextKey, `refusal.${string}`>;

/** What to tell a person of a request that did not succeed. @param error whatever was thrown */
export function problemText(t: Translate, error: unknown): string {
  if (!isApiError(error) || error.kind === 'offline') return t('error.unreachableHint');
  return refusalText(t, error.kind, error.message);
}

/**
 * Puts a refusal into the person's language. The server speaks English, and only its sentence names the thing that is meant;
 * its kind is what can be translated, so a text may have both. Of a kind without a text, the server's sentence stands alone.
 *
 * @param kind    the contract's `error_type`; a newer server may have kinds that are not known here
 * @param message the server's sentence
 */
export function refusalText(t: Translate, kind: string, message: string): string {
  const key = `refusal.${kind}`;
  return Object.hasOwn(en, key) ? t(key as RefusalKey, { message }) : message;
}
