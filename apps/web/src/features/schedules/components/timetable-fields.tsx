import { Chip, Group, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useText } from '../../../texts/use-text.js';
import classes from '../schedules.module.css';
import { RHYTHMS, withRhythm } from '../timetable.js';
import type { Rhythm, Timetable } from '../timetable.js';
import { mondayFirst, weekdayName } from '../timetable-words.js';

interface TimetableFieldsProps {
  readonly value: Timetable;
  readonly onChange: (value: Timetable) => void;
  readonly cronError: string | null;
}

const WEEK = mondayFirst([0, 1, 2, 3, 4, 5, 6]);

/** When a schedule runs: in everyday words, or as cron for all that these do not say. */
export function TimetableFields({ value, onChange, cronError }: TimetableFieldsProps) {
  const { t, locale } = useText();
  return (
    <fieldset className={classes['when']}>
      <legend>{t('field.when')}</legend>
      <div className={classes['fields']}>
        <NativeSelect
          label={t('schedules.rhythm')}
          value={value.every}
          data={RHYTHMS.map(every => ({ value: every, label: t(`schedules.rhythm.${every}`) }))}
          onChange={event => onChange(withRhythm(value, event.currentTarget.value as Rhythm))}
        />
        {value.every === 'month' && (
          <NumberInput
            label={t('schedules.dayOfMonth')}
            min={1}
            max={31}
            allowDecimal={false}
            clampBehavior="strict"
            value={value.day}
            onChange={day => typeof day === 'number' && onChange({ ...value, day })}
          />
        )}
        {'hour' in value && (
          <TextInput
            type="time"
            label={t('schedules.time')}
            required
            withAsterisk={false}
            value={`${two(value.hour)}:${two(value.minute)}`}
            onChange={event => {
              const [hour = '', minute = ''] = event.currentTarget.value.split(':');
              // Empty while somebody is still typing in it.
              if (minute !== '') onChange({ ...value, hour: Number(hour), minute: Number(minute) });
            }}
          />
        )}
        {value.every === 'hour' && (
          <NumberInput
            label={t('schedules.minutesPast')}
            min={0}
            max={59}
            allowDecimal={false}
            clampBehavior="strict"
            value={value.minute}
            onChange={minute => typeof minute === 'number' && onChange({ ...value, minute })}
          />
        )}
        {value.every === 'other' && (
          <TextInput
            label={t('schedules.cron')}
            description={t('schedules.cronHint')}
            value={value.cron}
            error={cronError}
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: classes['cron'] ?? '' }}
            onChange={event => onChange({ every: 'other', cron: event.currentTarget.value })}
          />
        )}
      </div>
      {value.every === 'week' && (
        <Group gap={6} role="group" aria-label={t('schedules.weekdays')}>
          {WEEK.map(day => (
            <Chip
              key={day}
              size="sm"
              checked={value.weekdays.includes(day)}
              aria-label={weekdayName(locale, day)}
              onChange={chosen => {
                const weekdays = chosen
                  ? [...value.weekdays, day].sort((a, b) => a - b)
                  : value.weekdays.filter(one => one !== day);
                // A week without a day would never run.
                if (weekdays.length > 0) onChange({ ...value, weekdays });
              }}
            >
              {weekdayName(locale, day, 'short')}
            </Chip>
          ))}
        </Group>
      )}
    </fieldset>
  );
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
