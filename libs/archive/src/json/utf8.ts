import { isUtf8 } from 'node:buffer';

/** How many bytes at the end of a chunk begin a character that only the next chunk can finish: 0 to 3. */
export function unfinishedTail(chunk: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= chunk.length; back++) {
    const byte = chunk[chunk.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return characterSize(byte) > back ? back : 0;
  }
  return 0;
}

/** How many bytes at the start of a chunk of whole characters are valid UTF-8; its length if all are. */
export function validUtf8Prefix(chunk: Uint8Array): number {
  if (isUtf8(chunk)) return chunk.length;
  let at = 0;
  while (at < chunk.length) {
    const size = characterSize(chunk[at] as number);
    if (size !== 1 && (size === 0 || !isUtf8(chunk.subarray(at, at + size)))) return at;
    at += size;
  }
  return at;
}

/** Bytes of the character that a byte begins; 0 for a byte that begins none. */
function characterSize(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}
