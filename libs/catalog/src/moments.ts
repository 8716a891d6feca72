import pg from 'pg';

type Parser = (text: string) => unknown;

const { TIMESTAMPTZ } = pg.types.builtins;

const [ZERO, DASH, SPACE, COLON, POINT, PLUS] = [...'0- :.+'].map(sign => sign.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
];

/**
 * The driver's types, but for moments: a page of jobs has a hundred, and the driver's own way with them, a regular expression and
 * a dozen numbers made of texts, was half of what reading its rows took.
 */
export const CATALOG_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): Parser =>
    oid === TIMESTAMPTZ && format !== 'binary' ? toMoment : (pg.types.getTypeParser(oid, format) as Parser),
};

const slowly = pg.types.getTypeParser(TIMESTAMPTZ) as Parser;

/** Reads `2026-03-01 09:15:00.123+00`, with a zone of hours or of hours and minutes. All else, far years among it, is for the driver. */
export function toMoment(text: string): unknown {
  const year = two(text, 0) * 100 + two(text, 2);
  const isUsual =
    // Years of two digits mean others to JavaScript. A text that is too short has no number there.
    year >= 100 &&
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === SPACE &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON;
  if (!isUsual) return slowly(text);
  let [at, fraction] = [19, 0];
  if (text.charCodeAt(at) === POINT) {
    let worth = 100;
    for (at += 1; isDigit(text.charCodeAt(at)); at += 1) {
      fraction += (text.charCodeAt(at) - ZERO) * worth;
      worth = worth === 1 ? 0 : worth / 10;
    }
  }
  const sign = text.charCodeAt(at);
  const zoneLength = text.length - at;
  if ((sign !== PLUS && sign !== DASH) || (zoneLength !== 3 && zoneLength !== 6)) return slowly(text);
  const minutes = two(text, at + 1) * 60 + (zoneLength === 6 ? two(text, at + 4) : 0);
  const local = Date.UTC(
    year,
    two(text, 5) - 1,
    two(text, 8),
    two(text, 11),
    two(text, 14),
    two(text, 17),
    fraction,
  );
  const time = local + (sign === PLUS ? -minutes : minutes) * 60_000;
  return Number.isNaN(time) ? slowly(text) : new Date(time);
}

/** The number of two digits; NaN where there are none. */
function two(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : Number.NaN;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code < ZERO + 10;
}
