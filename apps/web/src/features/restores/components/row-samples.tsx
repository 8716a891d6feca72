import { ArrowRight, ChevronRight } from 'lucide-react';
import type { Analysis } from '@satchel/api-client';
import type { RowChange } from '../../../lib/contract.js';
import { tableTitle } from '../../../lib/table-words.js';
import { useText } from '../../../texts/use-text.js';
import { cx } from '../../../ui/cx.js';
import { Panel } from '../../../ui/panel.js';
import type { Tone } from '../../../ui/tone.js';
import classes from './row-samples.module.css';

const TONES: Readonly<Record<RowChange['action'], Tone>> = {
  create: 'ok',
  update: 'warn',
  delete: 'bad',
  skip: 'idle',
};

/** Columns of a row that is added or removed, before the rest is left out. */
const SHOWN_COLUMNS = 8;

/** Some of the rows as they are and as they would be; what changes is marked. */
export function RowSamples({ changes }: Pick<Analysis, 'changes'>) {
  const { t } = useText();
  const tables = changes.filter(({ rows }) => rows.length > 0);
  if (tables.length === 0) return null;
  return (
    <Panel title={t('samples.title')} hint={t('samples.hint')}>
      <div className={classes['tables']}>
        {tables.map(({ schema, table, rows }, index) => (
          <details key={`${schema}.${table}`} className={classes['table']} open={index === 0}>
            <summary className={classes['summary']}>
              <ChevronRight size={18} aria-hidden className={classes['chevron']} />
              <strong>{tableTitle(t, table)}</strong>
              <span className={classes['count']}>{t('samples.rows', { count: rows.length })}</span>
            </summary>
            <ul className={classes['rows']}>
              {rows.map((row, position) => (
                <Sample key={position} row={row} />
              ))}
            </ul>
          </details>
        ))}
      </div>
    </Panel>
  );
}

function Sample({ row }: { row: RowChange }) {
  const { t } = useText();
  const key = Object.entries(row.key ?? {})
    .map(([name, value]) => `${name} ${value ?? '–'}`)
    .join(', ');
  const changed = row.action === 'update' || row.action === 'skip';
  const columns = Object.keys({ ...row.before, ...row.after }).filter(
    name => row.key === null || !(name in row.key),
  );
  const shown = changed ? columns : columns.slice(0, SHOWN_COLUMNS);
  return (
    <li className={cx(classes['row'], `tone-${TONES[row.action]}`)}>
      <p className={classes['head']}>
        <span className={classes['action']}>{t(`samples.${row.action}`)}</span>
        <code>{key}</code>
      </p>
      <dl className={classes['cells']}>
        {shown.map(name => (
          <div key={name} className={classes['cell']}>
            <dt>{name}</dt>
            <dd>
              {changed ? (
                <>
                  <del>
                    <Value value={row.before?.[name]} />
                  </del>
                  <ArrowRight size={14} aria-label={t('samples.becomes')} role="img" />
                  <ins>
                    <Value value={row.after?.[name]} />
                  </ins>
                </>
              ) : (
                <Value value={(row.after ?? row.before)?.[name]} />
              )}
            </dd>
          </div>
        ))}
        {shown.length < columns.length && (
          <div className={classes['cell']}>
            <dt className={classes['more']}>
              {t('samples.moreColumns', { count: columns.length - shown.length })}
            </dt>
            <dd />
          </div>
        )}
      </dl>
    </li>
  );
}

function Value({ value }: { value: string | null | undefined }) {
  const { t } = useText();
  if (value === null || value === undefined) return <i>{t('samples.null')}</i>;
  return value === '' ? <i>{t('samples.empty')}</i> : value;
}
