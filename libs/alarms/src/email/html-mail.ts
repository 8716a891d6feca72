import type { AlarmLanguage, AlarmWords } from '@satchel/domain';

/** The message as a small page that every mail program shows. Every word is escaped, whoever wrote it. */
export function htmlMail({ title, lines, link }: AlarmWords, language: AlarmLanguage): string {
  return [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font-family: sans-serif; line-height: 1.5">',
    `<h2 style="font-size: 1.2em">${escapeHtml(title)}</h2>`,
    ...lines.map(line => `<p>${escapeHtml(line)}</p>`),
    ...(link === null ? [] : [`<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a></p>`]),
    '</body></html>',
  ].join('\n');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
