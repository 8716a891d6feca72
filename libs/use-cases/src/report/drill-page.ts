import type { DrillReport } from './drill-report.js';

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; color: #16181d; background: #fff; margin: 2rem auto; max-width: 52rem; padding: 0 1rem }
  h1 { font-size: 1.5rem; margin: 0 } .sub { color: #4b5260; margin: .2rem 0 1.5rem }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 0 0 1.5rem } dt { color: #4b5260 } dd { margin: 0 }
  table { border-collapse: collapse; width: 100%; font-size: .9rem } th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #d8dbe2 }
  td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } li { margin: .2rem 0 } .sign { margin-top: 3rem; display: flex; gap: 3rem }
  .sign div { border-top: 1px solid #16181d; width: 14rem; padding-top: .2rem; color: #4b5260; font-size: .85rem }
  @media print { body { margin: 0; max-width: none; font-size: 11pt } thead { display: table-header-group } tr { break-inside: avoid } @page { margin: 18mm } }`;

/**
 * Writes a drill's report as a page to print and file: one HTML document that loads nothing from anywhere.
 *
 * @param drilledAt when the drill ended
 */
export function drillPage(report: DrillReport, drilledAt: Date): string {
  const moment = (at: Date | string): string =>
    `${(typeof at === 'string' ? at : at.toISOString()).slice(0, 16).replace('T', ' ')} UTC`;
  const facts: [string, string][] = [
    ['Backup', report.backup_id],
    ['Type', report.backup_type],
    ['File', report.file],
    ['Rows as of', moment(report.backup_created_at)],
    ['Drill ended', moment(drilledAt)],
    ['Restored in', `${report.restore_seconds} s`],
    ['With all checks', `${report.total_seconds} s`],
    ['Rows', String(report.rows)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Restore drill ${escape(moment(drilledAt))}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>Restore drill: passed</h1>
<p class="sub">The backup was restored into a scratch database, which was compared with it and then dropped.</p>
<dl>
${facts.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('\n')}
</dl>
<h2>What was proven</h2>
<ul>
${items(report.proven)}
</ul>
${section('Differences from the live database', report.differences)}${section('Left out of the scratch database', report.left_out)}${section('Warnings', report.warnings)}<h2>Tables</h2>
<table>
<thead><tr><th>Table</th><th class="n">Rows</th><th>Rows equal</th><th>Row written</th></tr></thead>
<tbody>
${report.tables
  .map(
    ({ schema, name, role, rows, compared, written }) =>
      `<tr><td>${escape(`${schema}.${name}`)}${role === 'context' ? ' (referred to)' : ''}</td><td class="n">${rows}</td><td>${
        compared ? 'yes' : 'counted only'
      }</td><td>${escape(written)}</td></tr>`,
  )
  .join('\n')}
</tbody>
</table>
<div class="sign"><div>Date</div><div>Seen by</div></div>
</body>
</html>
`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<h2>${escape(title)}</h2>\n<ul>\n${items(lines)}\n</ul>\n`;
}

function items(lines: readonly string[]): string {
  return lines.map(line => `<li>${escape(line)}</li>`).join('\n');
}

/** Names of tables and files may hold anything. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
