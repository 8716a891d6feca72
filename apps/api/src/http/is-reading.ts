import type { Request } from 'express';

/** Whether a request's method promises to change nothing. @see RFC 9110, 9.2.1 */
export function isReading({ method }: Pick<Request, 'method'>): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
