import { Button } from '@mantine/core';
import type { Destination, DestinationCheck } from '@satchel/api-client';
import { Cloud, FolderArchive, Stethoscope } from 'lucide-react';
import { Allowed } from '../../../lib/permission.js';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { ErrorState } from '../../../ui/error-state.js';
import { Facts } from '../../../ui/facts.js';
import { Notice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/panel.js';
import { Pill } from '../../../ui/pill.js';
import { RowSkeleton } from '../../../ui/row-skeleton.js';
import { useCheckDestination, useDestinations } from '../api/destinations.js';
import classes from './destinations.module.css';

/** Where backups are kept: whether each place can be reached, what is there, and a check of all that it must do. */
export function Destinations() {
  const { t } = useText();
  const { data, error, refetch } = useDestinations();
  return (
    <Panel title={t('destinations.title')}>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <RowSkeleton rows={2} />
        )
      ) : (
        <ul className={classes['list']}>
          {data.items.map(destination => (
            <Place key={destination.name} destination={destination} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Place({ destination }: { destination: Destination }) {
  const { t, format } = useText();
  const check = useCheckDestination();
  const { name, kind, location, primary, reachable, writable, problem } = destination;
  const Icon = kind === 's3' ? Cloud : FolderArchive;
  const well = reachable && writable;
  const state = well ? 'reachable' : reachable ? 'readOnly' : 'unreachable';
  const bytes = (value: number | null) => (value === null ? null : format.bytes(value));
  const number = (value: number | null) => (value === null ? null : format.number(value));
  return (
    <li>
      <div className={classes['head']}>
        <span className={classes['name']}>
          <Icon size={20} aria-hidden />
          <span>
            <strong>{name}</strong>
            <small>
              {location ?? t('destinations.folder')}
              {primary && ` · ${t('destinations.primary')}`}
            </small>
          </span>
        </span>
        <Pill tone={well ? 'ok' : 'bad'} icon={well ? 'check' : 'alert'}>
          {t(`destinations.${state}`)}
        </Pill>
        <Allowed permission="backup.change_settings">
          <Button
            size="xs"
            variant="default"
            leftSection={<Stethoscope size={14} aria-hidden />}
            aria-label={t('destinations.checkOne', { name })}
            loading={check.isPending}
            onClick={() => check.mutate(name)}
          >
            {t('destinations.check')}
          </Button>
        </Allowed>
      </div>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <Facts
        items={[
          [t('storage.used'), bytes(destination.used_bytes)],
          [t('storage.free'), bytes(destination.free_bytes)],
          [t('destinations.backups'), number(destination.backups)],
          [t('destinations.unfinished'), primary ? null : number(destination.unfinished_copies)],
        ]}
      />
      {check.isPending && (
        <p role="status" className={classes['hint']}>
          {t('destinations.checking')}
        </p>
      )}
      {check.isError && (
        <Notice tone="bad" live>
          {problemText(t, check.error)}
        </Notice>
      )}
      {check.data && <Checked result={check.data} />}
    </li>
  );
}

function Checked({ result: { passed, checks } }: { result: DestinationCheck }) {
  const { t, format } = useText();
  return (
    <Notice
      tone={passed ? 'ok' : 'bad'}
      title={t(passed ? 'destinations.passed' : 'destinations.failed')}
      live
    >
      <ul className={classes['checks']}>
        {checks.map(({ name, passed: well, problem, took_ms }) => (
          <li key={name}>
            <span>
              {name}
              {problem !== null && <small>{problem}</small>}
            </span>
            <span className={classes['took']}>{format.duration(took_ms)}</span>
            <Pill tone={well ? 'ok' : 'bad'} icon={well ? 'check' : 'alert'}>
              {t(well ? 'drills.passed' : 'drills.failed')}
            </Pill>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
