import { PRINTED_PREFIX, printedKey, type AgeKeyPair } from '@satchel/archive';
import { fields } from '../terminal/table.js';

/** A key that was made, and when. */
export interface RecoverySheet extends AgeKeyPair {
  readonly createdAt: Date;
}

const USES: readonly (readonly [what: string, command: string])[] = [
  [
    'Put this key into a text file, key.txt, all of it on one line and without spaces. Try it:',
    'backup_system key check --identity=key.txt',
  ],
  [
    'Restore a backup with Satchel:',
    'backup_system restore --file=BACKUP.json.zst.age --identity=key.txt --dry-run',
  ],
  [
    'Without Satchel, with the programs age and zstd:',
    'age --decrypt --identity key.txt BACKUP.json.zst.age | zstd -d > backup.json',
  ],
];

const CHECKING =
  'After each line stand four digits: the first of the SHA-256 of the line without its spaces. ' +
  'A typing error changes them: printf %s LINE | sha256sum | cut -c1-4';

/** The sheet as text, for a terminal. */
export function recoverySheetText(sheet: RecoverySheet): string {
  const { lines, checksum } = printedKey(sheet.identity);
  return [
    fields([
      ['public key', sheet.recipient],
      ['secret key', sheet.identity.reveal()],
      ['made', sheet.createdAt.toISOString()],
      ['next', `set BACKUP_RECIPIENTS=${sheet.recipient}`],
    ]),
    `To write down or print:\n\n  ${PRINTED_PREFIX}\n${lines
      .map(({ groups, checksum: own }) => `  ${groups.join(' ').padEnd(26)}  ${own}`)
      .join('\n')}\n  checksum of all: ${checksum}\n\n${CHECKING}`,
    'Whoever has the secret key reads every backup that is made for it; without it nobody does, Satchel included. ' +
      'Keep it in two safe places, and not on the machine that backs up.',
  ].join('\n\n');
}

/** The sheet as a page to be printed: no script, no font, no picture from anywhere. */
export function recoverySheetHtml(sheet: RecoverySheet): string {
  const { lines, checksum } = printedKey(sheet.identity);
  const day = sheet.createdAt.toISOString().slice(0, 10);
  const rows = lines
    .map(
      ({ groups, checksum: own }, index) =>
        `<tr><th>${index + 1}</th>${groups.map(group => `<td>${escape(group)}</td>`).join('')}` +
        `${'<td></td>'.repeat(Math.max(0, (lines[0]?.groups.length ?? 0) - groups.length))}<td class="sum">${own}</td></tr>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Satchel recovery sheet, ${day}</title>
<style>
body { font: 11pt/1.45 Georgia, serif; max-width: 42em; margin: 2em auto; padding: 0 1em; color: #000; background: #fff }
h1 { font-size: 16pt } h2 { font-size: 12pt; margin-top: 1.5em }
code, td { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; overflow-wrap: anywhere }
table { border-collapse: collapse; margin: .5em 0 }
td { font-size: 15pt; letter-spacing: .08em; padding: .15em .45em } th { font-weight: normal; color: #555; padding-right: .5em }
td.sum { color: #555; border-left: 1px solid #999; font-size: 12pt }
.write { border-bottom: 1px solid #999; display: inline-block; min-width: 16em }
@media print { body { margin: 0; max-width: none } @page { margin: 20mm } h2, table, p { break-inside: avoid } }
</style>
</head>
<body>
<h1>Recovery sheet: the key of our backups</h1>
<p>Whoever has this sheet can read every backup that is made for this key. Without it nobody can, Satchel included.
Keep it where you keep what you must not lose, and a second copy somewhere else. Do not keep it on the machine that backs up.</p>
<p>Made on <strong>${day}</strong> (${sheet.createdAt.toISOString()}).
For: <span class="write">&nbsp;</span> Kept by: <span class="write">&nbsp;</span></p>
<h2>Secret key</h2>
<p><code>${escape(PRINTED_PREFIX)}</code>, and after it without spaces:</p>
<table>
${rows}
</table>
<p>Checksum of the whole key: <code>${checksum}</code>. ${escape(CHECKING)}</p>
<p>The key in one piece, to be copied: <code>${escape(sheet.identity.reveal())}</code></p>
<h2>Public key</h2>
<p>Backups are encrypted for it (<code>BACKUP_RECIPIENTS</code>); it is no secret: <code>${escape(sheet.recipient)}</code></p>
<h2>On the bad day</h2>
<ol>
${USES.map(([what, command]) => `<li>${escape(what)}<br><code>${escape(command)}</code></li>`).join('\n')}
</ol>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, found => `&#${found.charCodeAt(0)};`);
}
