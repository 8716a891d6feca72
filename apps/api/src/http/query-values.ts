import { z } from 'zod';

/** A query parameter that may be given several times: any of these values. */
export function anyOf<T extends readonly [string, ...string[]]>(values: T) {
  const one = z.enum(values);
  return z
    .union([z.array(one).max(values.length), one])
    .transform(given => [given].flat() as T[number][])
    .optional();
}

/** `true` or `false`, as query strings and forms have it. */
export const FLAG = z.enum(['true', 'false']).transform(text => text === 'true');

/** A day (UTC) or a moment. @param whole `start`: a day means its first moment; `end`: its last */
export function momentOf(whole: 'start' | 'end') {
  const time = whole === 'start' ? '00:00:00.000Z' : '23:59:59.999Z';
  return z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error: 'must be a day (2026-03-01) or a moment (2026-03-01T09:15:00Z)',
    })
    .transform(text => new Date(text.length === 10 ? `${text}T${time}` : text))
    .optional();
}
