import { Skeleton } from '@mantine/core';
import { Check } from 'lucide-react';
import type { BackupType } from '@satchel/api-client';
import { countOfRows } from '../../../lib/table-words.js';
import { useText } from '../../../texts/use-text.js';
import { ErrorState } from '../../../ui/error-state.js';
import { typeTitle } from '../../jobs/job-words.js';
import { useTypes } from '../api/get-types.js';
import { typeDescription } from '../type-description.js';
import { typeIcon } from '../type-icon.js';
import classes from './type-cards.module.css';

/** The types as cards, one of which is chosen; each says what would be inside at this moment. */
export function TypeCards({ value, onChange }: { value: string; onChange: (type: string) => void }) {
  const { t } = useText();
  const { data: types, error, refetch } = useTypes();
  if (types === undefined) {
    if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return (
      <div className={classes['cards']} role="status" aria-label={t('state.loading')}>
        {[0, 1, 2, 3].map(index => (
          <Skeleton key={index} height={172} radius="md" />
        ))}
      </div>
    );
  }
  return (
    <div className={classes['cards']} role="radiogroup" aria-label={t('create.what')}>
      {types.map(type => (
        <TypeCard
          key={type.backup_type}
          type={type}
          checked={type.backup_type === value}
          onChoose={() => onChange(type.backup_type)}
        />
      ))}
    </div>
  );
}

interface TypeCardProps {
  readonly type: BackupType;
  readonly checked: boolean;
  readonly onChoose: () => void;
}

function TypeCard({ type, checked, onChoose }: TypeCardProps) {
  const { t } = useText();
  const Icon = typeIcon(type.backup_type);
  const largest = [...type.tables]
    .sort((a, b) => b.estimated_rows - a.estimated_rows)
    .filter(one => one.estimated_rows > 0);
  return (
    <label className={classes['card']} data-checked={checked || undefined}>
      <input
        type="radio"
        name="backup_type"
        value={type.backup_type}
        checked={checked}
        onChange={onChoose}
        aria-label={typeTitle(t, type.backup_type)}
        aria-describedby={`type-${type.backup_type}`}
        className={classes['input']}
      />
      <span className={classes['top']}>
        <span className={classes['icon']}>
          <Icon size={22} aria-hidden />
        </span>
        <span className={classes['check']} aria-hidden>
          {checked && <Check size={14} strokeWidth={3} />}
        </span>
      </span>
      <span className={classes['title']}>{typeTitle(t, type.backup_type)}</span>
      <span id={`type-${type.backup_type}`} className={classes['body']}>
        <span className={classes['text']}>{typeDescription(t, type)}</span>
        <span className={classes['rows']}>{t('create.rows', { count: type.estimated_rows })}</span>
        <span className={classes['tables']}>
          {largest.slice(0, 3).map(table => (
            <span key={`${table.schema}.${table.name}`}>
              {countOfRows(t, table.name, table.estimated_rows)}
            </span>
          ))}
          {type.tables.length > 3 && <span>{t('create.moreTables', { count: type.tables.length - 3 })}</span>}
        </span>
      </span>
    </label>
  );
}
