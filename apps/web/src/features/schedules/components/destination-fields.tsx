import { Checkbox, SegmentedControl } from '@mantine/core';
import { useText } from '../../../texts/use-text.js';
import classes from '../schedules.module.css';

interface DestinationFieldsProps {
  /** Null: all, also those that the settings name later. */
  readonly value: readonly string[] | null;
  readonly onChange: (value: readonly string[] | null) => void;
  /** Those of the settings, the primary first. */
  readonly destinations: readonly string[];
  /** Chosen before, and in the settings no more. */
  readonly unknown: readonly string[];
}

/** Where a schedule's backups are kept. With one destination there is nothing to choose. */
export function DestinationFields({ value, onChange, destinations, unknown }: DestinationFieldsProps) {
  const { t } = useText();
  if (destinations.length < 2 && unknown.length === 0) return null;
  const [primary] = destinations;
  const hints = new Map([
    ...unknown.map(name => [name, t('schedules.destinationUnknown')] as const),
    ...(primary === undefined ? [] : [[primary, t('schedules.destinationPrimary')] as const]),
  ]);
  const names = [...destinations, ...unknown];
  return (
    <fieldset className={classes['when']}>
      <legend>{t('schedules.destinations')}</legend>
      <SegmentedControl
        fullWidth
        value={value === null ? 'all' : 'some'}
        onChange={kept => onChange(kept === 'all' ? null : destinations)}
        data={[
          { value: 'all', label: t('schedules.destinationsAll') },
          { value: 'some', label: t('schedules.destinationsSome') },
        ]}
      />
      {value === null ? (
        <p className={classes['hint']}>{t('schedules.destinationsAllHint')}</p>
      ) : (
        names.map(name => (
          <Checkbox
            key={name}
            label={name}
            description={hints.get(name)}
            checked={name === primary || value.includes(name)}
            disabled={name === primary}
            onChange={event => {
              const kept = event.currentTarget.checked;
              onChange(
                names.filter(each => (each === name ? kept : each === primary || value.includes(each))),
              );
            }}
          />
        ))
      )}
    </fieldset>
  );
}
