/** C0 and C1 control characters (line feeds apart), and the marks that turn the direction of text around. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * Makes text safe to show: names and values come from files and databases of strangers, and a control sequence in one
 * of them could rewrite what a person sees before saying yes.
 */
export function safeText(text: string): string {
  return text.replace(UNSAFE, character => {
    if (character === '\t') return ' ';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** The same for one cell or field: line feeds are shown, not obeyed. */
export function safeLine(text: string): string {
  return safeText(text.replaceAll('\n', '\\n'));
}
