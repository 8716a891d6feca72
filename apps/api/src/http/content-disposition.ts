/**
 * Tells a browser to save the answer under a name. Whatever the name holds, it stays one header and one file name: old
 * browsers get it in plain ASCII, all others whole.
 *
 * @see RFC 6266, RFC 5987
 */
export function attachment(fileName: string): string {
  const plain = fileName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7E]|["\\%/]/g, '_');
  const exact = encodeURIComponent(fileName.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
    /['()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
