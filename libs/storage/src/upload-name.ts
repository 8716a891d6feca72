const MAX_NAME_BYTES = 255;

/** What an upload is called that was sent without a name, or with one that nothing is left of. */
const NAMELESS = 'upload';

/**
 * Makes what a sender called a file fit to be shown: without folders, control characters and characters that turn the
 * direction of text, at most 255 bytes long. It is never used as a path.
 */
export function uploadName(given: string): string {
  // There and back: half a character becomes a whole one.
  const base = Buffer.from(given).toString().split(/[/\\]/u).at(-1) ?? '';
  const name = cutToBytes(base.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').trim(), MAX_NAME_BYTES).trim();
  return name === '' || name === '.' || name === '..' ? NAMELESS : name;
}

/** Whole characters only. */
function cutToBytes(text: string, maxBytes: number): string {
  let end = 0;
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
