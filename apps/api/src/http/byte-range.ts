import type { ByteSpan } from '@satchel/use-cases';

/**
 * Reads a `Range` header: one span of bytes. What is not understood, and several spans at once, count as no range: the whole
 * file is a right answer to those.
 *
 * @returns null for the whole file; `unsatisfiable` if the span holds no byte of it
 * @see RFC 9110, 14.1.2 and 14.2
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteSpan | 'unsatisfiable' | null {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return null;
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= sizeBytes) return 'unsatisfiable';
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}
