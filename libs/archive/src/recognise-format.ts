/** A format that is not ours: how its files begin, what it is called, and what to do with such a file. */
interface KnownFormat {
  readonly matches: (start: Buffer) => boolean;
  readonly what: string;
  readonly advice: string;
}

/** How many bytes `recogniseFormat` looks at. */
export const RECOGNISED_BYTES = 512;

const begins =
  (...marks: readonly string[]) =>
  (start: Buffer): boolean =>
    marks.some(mark => start.subarray(0, mark.length).equals(Buffer.from(mark, 'latin1')));

const textMatches =
  (pattern: RegExp) =>
  (start: Buffer): boolean =>
    pattern.test(start.toString('latin1'));

const UNPACK = 'Unpack it and give the JSON file that is inside.';

const KNOWN_FORMATS: readonly KnownFormat[] = [
  {
    matches: begins('PGDMP'),
    what: 'a dump of pg_dump in custom format',
    advice: 'Restore it with pg_restore.',
  },
  {
    // Binary ones are opened before anything is recognised; inside of one there may be another.
    matches: begins('age-encryption.org/v1', '-----BEGIN AGE ENCRYPTED FILE'),
    what: 'a file encrypted with age, as text or twice',
    advice: 'Decrypt it first: age --decrypt --identity key.txt --output backup.json file.',
  },
  {
    matches: begins('-----BEGIN PGP MESSAGE', 'Salted__'),
    what: 'an encrypted file',
    advice: 'Decrypt it first, with the program that encrypted it.',
  },
  {
    matches: begins('PK\x03\x04', 'PK\x05\x06'),
    what: 'a ZIP archive (or an office document)',
    advice: UNPACK,
  },
  { matches: begins('7z\xbc\xaf\x27\x1c'), what: 'a 7-Zip archive', advice: UNPACK },
  { matches: begins('\xfd7zXZ\0'), what: 'a file compressed with xz', advice: UNPACK },
  { matches: begins('BZh'), what: 'a file compressed with bzip2', advice: UNPACK },
  { matches: begins('\x04\x22\x4d\x18'), what: 'a file compressed with lz4', advice: UNPACK },
  {
    matches: begins('\x1f\x8b', '\x28\xb5\x2f\xfd'),
    what: 'a file that was compressed twice',
    advice: UNPACK,
  },
  {
    matches: start => start.subarray(257, 262).equals(Buffer.from('ustar')),
    what: 'a tar archive',
    advice:
      'If it is from pg_dump, restore it with pg_restore; else unpack it and give the backup that is inside.',
  },
  {
    matches: begins('SQLite format 3\0'),
    what: 'an SQLite database',
    advice: 'It holds no backup of a PostgreSQL database.',
  },
  { matches: begins('%PDF'), what: 'a PDF document', advice: 'Give the backup file itself.' },
  {
    matches: begins('\x89PNG', '\xff\xd8\xff', 'GIF8'),
    what: 'a picture',
    advice: 'Give the backup file itself.',
  },
  {
    matches: begins('\xff\xfe', '\xfe\xff'),
    what: 'text in UTF-16',
    advice: 'Save it as UTF-8; Windows PowerShell writes UTF-16 where output is redirected with ">".',
  },
  {
    matches: textMatches(/^\s*<(!doctype|html|\?xml|[a-z])/i),
    what: 'a web page or XML',
    advice:
      'If it was downloaded, the download may hold a sign-in page; sign in and download the backup again.',
  },
  {
    matches: textMatches(
      /^\s*(--|\/\*|\\(connect|restrict)|(SET|SELECT|CREATE|INSERT|BEGIN|COPY|DROP|ALTER|START)\b)/i,
    ),
    what: 'SQL text, as pg_dump writes it',
    advice: 'Restore it with psql.',
  },
];

/** Names the format of a file that is no backup of ours, and what to do with it; null if it is not known. */
export function recogniseFormat(start: Buffer): { readonly what: string; readonly advice: string } | null {
  return KNOWN_FORMATS.find(format => format.matches(start)) ?? null;
}
