import { Button, Group, Modal, NativeSelect, TextInput } from '@mantine/core';
import type { Schedule } from '@satchel/api-client';
import { useId, useMemo, useState } from 'react';
import toast from 'react-hot-toast';
import { isApiError } from '../../../lib/api-error.js';
import type { Compression } from '../../../lib/contract.js';
import { problemText } from '../../../lib/problem-text.js';
import { refusedField } from '../../../lib/refused-field.js';
import { useDebounced } from '../../../lib/use-debounced.js';
import { useText } from '../../../texts/use-text.js';
import { Notice } from '../../../ui/notice.js';
import { useTypes } from '../../backups/api/get-types.js';
import { checkName } from '../../backups/check-name.js';
import { CompressionField } from '../../backups/components/compression-field.js';
import { nameProblemText } from '../../backups/name-problem-text.js';
import { DestinationFields } from '../../destinations/destination-fields.js';
import { typeTitle } from '../../jobs/job-words.js';
import { useSaveSchedule } from '../api/change-schedules.js';
import { usePreview } from '../api/get-schedules.js';
import classes from '../schedules.module.css';
import { readCron, writeCron } from '../timetable.js';
import { timeInZone } from '../timetable-words.js';
import { TimetableFields } from './timetable-fields.js';

interface ScheduleDialogProps {
  /** `new` for one that is to be added; null while nothing is edited. */
  readonly schedule: Schedule | 'new' | null;
  /** The zone of a new one. */
  readonly timeZone: string;
  /** Those of the settings, the primary first. */
  readonly destinations: readonly string[];
  readonly onClose: () => void;
}

/** Adds a schedule, or changes one; the next times follow as one types. */
export function ScheduleDialog({ schedule, ...rest }: ScheduleDialogProps) {
  const { t } = useText();
  return (
    <Modal
      opened={schedule !== null}
      onClose={rest.onClose}
      title={<strong>{t(schedule === 'new' ? 'schedules.add' : 'schedules.edit')}</strong>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      size="lg"
    >
      {schedule !== null && <ScheduleForm schedule={schedule} {...rest} />}
    </Modal>
  );
}

const FIRST_CRON = '30 2 * * *';

/** Each has a place in the form where what is wrong with it is said. */
const FIELDS = ['name', 'backup_type', 'cron', 'time_zone', 'destinations'] as const;

/** The field that a refusal is about; null where it is none of the form's, or several. */
function fieldOf(error: unknown): (typeof FIELDS)[number] | null {
  // All that two schedules must not share is the name.
  if (isApiError(error, 'conflict')) return 'name';
  const refused = refusedField(error);
  return FIELDS.find(field => field === refused) ?? null;
}

function ScheduleForm({
  schedule,
  timeZone,
  destinations,
  onClose,
}: ScheduleDialogProps & { schedule: Schedule | 'new' }) {
  const { t } = useText();
  const known = schedule === 'new' ? null : schedule;
  const [name, setName] = useState(known?.name ?? '');
  const [type, setType] = useState(known?.backup_type ?? 'full');
  const [timetable, setTimetable] = useState(() => readCron(known?.cron ?? FIRST_CRON));
  const [zone, setZone] = useState(known?.time_zone ?? timeZone);
  const [compression, setCompression] = useState<Compression>(known?.compression ?? 'zstd');
  const [keptIn, setKeptIn] = useState<readonly string[] | null>(known?.destinations ?? null);
  const { data: types } = useTypes();
  const save = useSaveSchedule();
  const cron = writeCron(timetable);
  const settled = useDebounced(`${cron}\n${zone.trim()}`, 250);
  const [previewedCron = '', previewedZone = ''] = settled.split('\n');
  const preview = usePreview(previewedCron, previewedZone);
  // What is wrong is said beside the field that it is about: by the preview as one types, by the answer to the form at the end.
  const wrong = preview.error ?? save.error;
  const wrongField = fieldOf(wrong);
  const problem = wrong === null ? null : problemText(t, wrong);
  const nameProblem = checkName(name);
  const typeNames = types?.map(({ backup_type }) => backup_type) ?? [];
  const choices = typeNames.includes(type) ? typeNames : [type, ...typeNames];
  return (
    <form
      className={classes['form']}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (nameProblem !== null || name.trim() === '') return;
        save.mutate(
          {
            scheduleId: known?.schedule_id ?? null,
            fields: {
              name: name.trim(),
              backup_type: type,
              cron,
              time_zone: zone.trim(),
              compression,
              destinations: keptIn && [...keptIn],
            },
          },
          {
            onSuccess: saved => {
              toast.success(t('schedules.saved', { name: saved.name }));
              onClose();
            },
          },
        );
      }}
    >
      <div className={classes['fields']}>
        <TextInput
          label={t('field.name')}
          description={t('schedules.nameHint')}
          value={name}
          autoComplete="off"
          required
          withAsterisk={false}
          data-autofocus
          error={nameProblem ? nameProblemText(t, nameProblem) : wrongField === 'name' ? problem : null}
          onChange={event => {
            setName(event.currentTarget.value);
            save.reset();
          }}
        />
        <NativeSelect
          label={t('field.type')}
          description={t('schedules.typeHint')}
          value={type}
          error={wrongField === 'backup_type' ? problem : null}
          data={choices.map(each => ({ value: each, label: typeTitle(t, each) }))}
          onChange={event => setType(event.currentTarget.value)}
        />
      </div>
      <TimetableFields
        value={timetable}
        onChange={setTimetable}
        cronError={wrongField === 'cron' ? problem : null}
      />
      <ZoneField value={zone} onChange={setZone} error={wrongField === 'time_zone' ? problem : null} />
      <NextTimes
        times={preview.error ? [] : (preview.data?.next_runs ?? [])}
        timeZone={preview.data?.time_zone ?? zone}
        stale={preview.isPlaceholderData || settled !== `${cron}\n${zone.trim()}`}
      />
      <CompressionField value={compression} onChange={setCompression} />
      <DestinationFields
        label={t('schedules.destinations')}
        value={keptIn}
        onChange={places => {
          setKeptIn(places);
          save.reset();
        }}
        destinations={destinations}
        unknown={known?.unknown_destinations ?? []}
        error={wrongField === 'destinations' ? problem : null}
      />
      {problem !== null &&
        (wrongField === null || (wrongField === 'cron' && timetable.every !== 'other')) && (
          <Notice tone="bad" live>
            {problem}
          </Notice>
        )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          type="submit"
          loading={save.isPending}
          disabled={
            nameProblem !== null || name.trim() === '' || isApiError(preview.error, 'validation_error')
          }
        >
          {t(known === null ? 'schedules.add' : 'action.save')}
        </Button>
      </Group>
    </form>
  );
}

interface ZoneFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | null;
}

function ZoneField({ value, onChange, error }: ZoneFieldProps) {
  const { t } = useText();
  const list = useId();
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone')], []);
  return (
    <>
      <TextInput
        label={t('schedules.timeZone')}
        description={t('schedules.timeZoneHint')}
        list={list}
        value={value}
        error={error}
        autoComplete="off"
        spellCheck={false}
        onChange={event => onChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {zones.map(zone => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}

interface NextTimesProps {
  readonly times: readonly string[];
  readonly timeZone: string;
  readonly stale: boolean;
}

/** What has been typed, as days and times. Its place is kept while there are none, so that the form does not jump. */
function NextTimes({ times, timeZone, stale }: NextTimesProps) {
  const { t, locale } = useText();
  const title = useId();
  return (
    <div className={classes['preview']} data-stale={stale || undefined}>
      <strong id={title}>{t('schedules.nextTimes')}</strong>
      <ol aria-labelledby={title} aria-live="polite">
        {times.map(at => (
          <li key={at}>
            <time dateTime={at}>{timeInZone(locale, at, timeZone)}</time>
          </li>
        ))}
      </ol>
    </div>
  );
}
