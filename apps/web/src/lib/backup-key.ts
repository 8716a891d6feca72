/**
 * What opens an encrypted backup: the text of an identity file, or a passphrase. It is kept in the memory of the page that has
 * asked for it and nowhere else: not in the browser's storage, and not in the cache of answers.
 */
export type BackupKey = { readonly identity: string } | { readonly passphrase: string };

/** The text of an age identity: `AGE-SECRET-KEY-1…`, with comments perhaps. Larger files are something else. */
export const MAX_IDENTITY_BYTES = 16 * 1024;

export function looksLikeIdentity(text: string): boolean {
  return /^AGE-SECRET-KEY-1/im.test(text);
}
