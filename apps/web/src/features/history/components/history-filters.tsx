import { Button, Checkbox, MultiSelect, NativeSelect, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Search, SlidersHorizontal } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { JOB_KINDS, JOB_STATES } from '../../../lib/contract.js';
import { useDebounced } from '../../../lib/use-debounced.js';
import { useText } from '../../../texts/use-text.js';
import { Panel } from '../../../ui/panel.js';
import { useTypes } from '../../backups/api/get-types.js';
import { kindTitle, stateWords, typeTitle } from '../../jobs/job-words.js';
import { changeHistorySearch, isFiltered, NO_SEARCH } from '../history-search.js';
import type { HistorySearch } from '../history-search.js';
import classes from '../history.module.css';

interface HistoryFiltersProps {
  readonly search: HistorySearch;
  readonly onChange: (search: HistorySearch, options?: { replace: boolean }) => void;
}

/** What is to be found. Its fields are many components, and paging changes nothing about them. */
export const HistoryFilters = memo(function HistoryFilters({ search, onChange }: HistoryFiltersProps) {
  const { t } = useText();
  const moreIsUsed =
    search.verified !== '' || search.from !== '' || search.to !== '' || search.includeDeleted;
  const [more, toggle] = useDisclosure(moreIsUsed);
  const { data: types } = useTypes();
  const change = (part: Partial<HistorySearch>) => onChange(changeHistorySearch(search, part));
  const typeNames = new Set([...(types ?? []).map(one => one.backup_type), 'safety']);
  if (search.type !== '') typeNames.add(search.type);
  return (
    <Panel>
      <search className={classes['filters']} aria-label={t('history.filters')}>
        <div className={classes['row']}>
          <SearchBox search={search} onChange={onChange} />
          <MultiSelect
            className={classes['filter'] ?? ''}
            label={t('field.kind')}
            placeholder={search.kinds.length === 0 ? t('filter.any') : ''}
            data={JOB_KINDS.map(kind => ({ value: kind, label: kindTitle(t, kind) }))}
            value={[...search.kinds]}
            onChange={values => change({ kinds: JOB_KINDS.filter(kind => values.includes(kind)) })}
            clearable
            clearButtonProps={{ 'aria-label': t('filter.clearKinds') }}
          />
          <MultiSelect
            className={classes['filter'] ?? ''}
            label={t('field.state')}
            placeholder={search.states.length === 0 ? t('filter.any') : ''}
            data={JOB_STATES.map(state => ({ value: state, label: stateWords(t, state).label }))}
            value={[...search.states]}
            onChange={values => change({ states: JOB_STATES.filter(state => values.includes(state)) })}
            clearable
            clearButtonProps={{ 'aria-label': t('filter.clearStates') }}
          />
          <NativeSelect
            className={classes['filter'] ?? ''}
            label={t('field.type')}
            data={[
              { value: '', label: t('filter.any') },
              ...[...typeNames].map(type => ({ value: type, label: typeTitle(t, type) })),
            ]}
            value={search.type}
            onChange={event => change({ type: event.currentTarget.value })}
          />
          <Button
            variant="default"
            leftSection={<SlidersHorizontal size={16} aria-hidden />}
            aria-expanded={more}
            onClick={toggle.toggle}
          >
            {t(more ? 'filter.less' : 'filter.more')}
          </Button>
          {isFiltered(search) && (
            <Button variant="subtle" onClick={() => onChange({ ...NO_SEARCH, pageSize: search.pageSize })}>
              {t('history.clear')}
            </Button>
          )}
        </div>
        {more && (
          <div className={classes['row']}>
            <NativeSelect
              className={classes['filter'] ?? ''}
              label={t('field.verified')}
              data={[
                { value: '', label: t('filter.any') },
                { value: 'yes', label: t('verified.yes') },
                { value: 'no', label: t('verified.no') },
              ]}
              value={search.verified}
              onChange={event =>
                change({
                  verified: (['yes', 'no'] as const).find(one => one === event.currentTarget.value) ?? '',
                })
              }
            />
            <TextInput
              className={classes['filter'] ?? ''}
              type="date"
              label={t('filter.from')}
              value={search.from}
              max={search.to === '' ? undefined : search.to}
              onChange={event => change({ from: event.currentTarget.value })}
            />
            <TextInput
              className={classes['filter'] ?? ''}
              type="date"
              label={t('filter.to')}
              value={search.to}
              min={search.from === '' ? undefined : search.from}
              onChange={event => change({ to: event.currentTarget.value })}
            />
            <Checkbox
              mb={8}
              label={t('filter.deleted')}
              checked={search.includeDeleted}
              onChange={event => change({ includeDeleted: event.currentTarget.checked })}
            />
          </div>
        )}
      </search>
    </Panel>
  );
});

/** Asks once the typing pauses; each word is one step less in the browser's history. */
function SearchBox({ search, onChange }: HistoryFiltersProps) {
  const { t } = useText();
  const [words, setWords] = useState(search.search);
  const settled = useDebounced(words, 250);
  const latest = useRef({ search, onChange, said: search.search });
  latest.current = { ...latest.current, search, onChange };
  useEffect(() => {
    const { search: now, onChange: tell, said } = latest.current;
    if (settled === said) return;
    latest.current.said = settled;
    tell(changeHistorySearch(now, { search: settled }), { replace: true });
  }, [settled]);
  useEffect(() => {
    // The address was changed from elsewhere: by the back button, or by clearing.
    if (search.search === latest.current.said) return;
    latest.current.said = search.search;
    setWords(search.search);
  }, [search.search]);
  return (
    <TextInput
      className={classes['search'] ?? ''}
      type="search"
      label={t('history.search')}
      placeholder={t('history.searchHint')}
      leftSection={<Search size={16} aria-hidden />}
      value={words}
      maxLength={200}
      onChange={event => setWords(event.currentTarget.value)}
    />
  );
}
