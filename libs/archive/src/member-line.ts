import { MAX_DEPTH } from './archive-format.js';
import { notOurLayout } from './not-our-layout.js';

/** Parses a line as our writer writes it: the same text must come out again, which also rules out double members. */
export function parseExactly(text: string, what: string): unknown {
  refuseDeep(text, what);
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
  if (found?.[1] === undefined || !line.endsWith(',')) throw notOurLayout('a line outside the rows is no member');
  const name = found[1];
  return { name, value: parseExactly(line.slice(found[0].length, -1), name) };
}

/** Brackets are counted before parsing, so that a million of them cost a million steps and no memory. */
function refuseDeep(text: string, what: string): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (inString) {
      if (unit === 0x5c) index++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > MAX_DEPTH) throw notOurLayout(`${what} is nested deeper than ${MAX_DEPTH} levels`);
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
}
