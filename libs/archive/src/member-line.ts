import { MAX_DEPTH } from './archive-format.js';
import { notOurLayout } from './not-our-layout.js';

/** Parses a line as our writer writes it: the same text must come out again, which also rules out double members. */
export function parseExactly(text: string, what: string): unknown {
  if (nestingDepth(text) > MAX_DEPTH) throw notOurLayout(`${what} is nested deeper than ${MAX_DEPTH} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notOurLayout(`${what} is not JSON on one line`);
  }
  if (JSON.stringify(value) !== text) throw notOurLayout(`${what} is written in another way`);
  return value;
}

/** Splits `"name":value,` into its name and value. */
export function parseMemberLine(line: string): { readonly name: string; readonly value: unknown } {
  const found = /^"([A-Za-z][A-Za-z0-9_]{0,63})":/.exec(line);
  if (found?.[1] === undefined || !line.endsWith(','))
    throw notOurLayout('a line outside the rows is no member');
  const name = found[1];
  return { name, value: parseExactly(line.slice(found[0].length, -1), name) };
}

/** How deep arrays and objects of a JSON text are nested. Costs no memory, so that a million brackets are harmless. */
export function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (inString) {
      if (unit === 0x5c) index++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return deepest;
}
