import { Checkbox } from '@mantine/core';
import { useText } from '../../texts/use-text.js';
import { ChoiceField } from '../../ui/choice-field.js';

interface DestinationFieldsProps {
  readonly label: string;
  /** Null: all, also those that the settings name later. */
  readonly value: readonly string[] | null;
  readonly onChange: (value: readonly string[] | null) => void;
  /** Those of the settings, the primary first. */
  readonly destinations: readonly string[];
  /** Chosen before, and in the settings no more. */
  readonly unknown?: readonly string[];
  readonly error: string | null;
}

/** Where backups are kept. With one destination there is nothing to choose. */
export function DestinationFields({
  label,
  value,
  onChange,
  destinations,
  unknown = [],
  error,
}: DestinationFieldsProps) {
  const { t } = useText();
  if (destinations.length < 2 && unknown.length === 0 && error === null) return null;
  const [primary] = destinations;
  const hints = new Map([
    ...unknown.map(name => [name, t('keptIn.unknown')] as const),
    ...(primary === undefined ? [] : [[primary, t('keptIn.primary')] as const]),
  ]);
  const names = [...destinations, ...unknown];
  return (
    <ChoiceField
      label={label}
      value={value === null ? 'all' : 'some'}
      choices={[
        { value: 'all', label: t('keptIn.all') },
        { value: 'some', label: t('keptIn.some') },
      ]}
      onChange={kept => onChange(kept === 'all' ? null : destinations)}
      {...(value === null ? { hint: t('keptIn.allHint') } : {})}
      error={error}
    >
      {value !== null &&
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
        ))}
    </ChoiceField>
  );
}
