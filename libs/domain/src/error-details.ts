import type { ErrorContext } from './errors.js';

/**
 * An error's context under the contract's names (`snake_case`), for `details` over HTTP and with `--json`. Below the first level stand
 * names of columns and settings, which stay as they are.
 */
export function contractDetails(context: ErrorContext): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => [
      name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
