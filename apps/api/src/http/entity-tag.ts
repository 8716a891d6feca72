/** A strong entity tag from a digest: equal tags mean equal bytes. @see RFC 9110, 8.8.3 */
export function entityTag(digest: string): string {
  return `"${digest}"`;
}

/** Whether `If-None-Match` names the tag, or `*`. */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header
    .split(',')
    .map(part => part.trim().replace(/^W\//, ''))
    .some(part => part === '*' || part === tag);
}

/** Whether `If-Range` names the tag; a date is never precise enough, so it counts as another file. */
export function isSameTag(header: string, tag: string): boolean {
  return header.trim() === tag;
}
