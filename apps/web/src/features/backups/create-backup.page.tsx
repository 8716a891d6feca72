import { Button, TextInput } from '@mantine/core';
import { DatabaseBackup } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { isApiError } from '../../lib/api-error.js';
import { problemText } from '../../lib/problem-text.js';
import { refusedField } from '../../lib/refused-field.js';
import type { Compression } from '../../lib/contract.js';
import { paths } from '../../lib/paths.js';
import { useText } from '../../texts/use-text.js';
import { Notice } from '../../ui/notice.js';
import { PageHeader } from '../../ui/page.js';
import { Panel } from '../../ui/panel.js';
import { DestinationFields } from '../destinations/destination-fields.js';
import { useDestinationNames } from '../schedules/api/get-schedules.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { useCreateBackup } from './api/create-backup.js';
import { checkName } from './check-name.js';
import classes from './create-backup.module.css';
import { BackupRun } from './components/backup-run.js';
import { CompressionField } from './components/compression-field.js';
import { TypeCards } from './components/type-cards.js';
import { nameProblemText } from './name-problem-text.js';

/** Makes a backup. While one runs the address names it, so that a reload finds it again. */
export function CreateBackupPage() {
  const { t } = useText();
  const [search] = useSearchParams();
  const jobId = search.get('job');
  return (
    <NeedsPermission permission="backup.add_backupjob" title={t('create.title')}>
      <PageHeader title={t('create.title')} lead={t(jobId === null ? 'create.lead' : 'create.runLead')} />
      {jobId === null ? <NewBackupForm /> : <BackupRun jobId={jobId} />}
    </NeedsPermission>
  );
}

function NewBackupForm() {
  const { t } = useText();
  const [search, setSearch] = useSearchParams();
  const [type, setType] = useState(search.get('type') ?? 'full');
  const [name, setName] = useState('');
  const [compression, setCompression] = useState<Compression>('zstd');
  const [keptIn, setKeptIn] = useState<readonly string[] | null>(null);
  const destinations = useDestinationNames();
  const create = useCreateBackup();
  const wrongPlace = refusedField(create.error) === 'destinations' ? problemText(t, create.error) : null;
  const problem = checkName(name);
  return (
    <form
      className={classes['form']}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (problem !== null) return;
        const trimmed = name.trim();
        create.mutate(
          {
            backup_type: type,
            compression,
            ...(trimmed === '' ? {} : { backup_name: trimmed }),
            ...(keptIn === null ? {} : { destinations: [...keptIn] }),
          },
          { onSuccess: job => setSearch({ job: job.job_id }) },
        );
      }}
    >
      <Panel title={t('create.what')}>
        <TypeCards value={type} onChange={setType} />
      </Panel>
      <Panel title={t('create.how')}>
        <div className={classes['fields']}>
          <TextInput
            label={t('create.name')}
            description={t('create.nameHint')}
            placeholder={t('create.namePlaceholder')}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            error={problem && nameProblemText(t, problem)}
            autoComplete="off"
            size="md"
          />
          <CompressionField value={compression} onChange={setCompression} />
          <DestinationFields
            label={t('create.destinations')}
            value={keptIn}
            onChange={places => {
              setKeptIn(places);
              create.reset();
            }}
            destinations={destinations}
            error={wrongPlace}
          />
        </div>
      </Panel>
      {create.isError && wrongPlace === null && (
        <Notice
          tone="bad"
          title={t('create.refused')}
          live
          actions={
            isApiError(create.error, 'conflict') && (
              <Button component={Link} to={paths.home} variant="default" size="xs">
                {t('create.seeRunning')}
              </Button>
            )
          }
        >
          {problemText(t, create.error)}
        </Notice>
      )}
      <div>
        <Button
          type="submit"
          variant="gradient"
          size="lg"
          leftSection={<DatabaseBackup size={20} aria-hidden />}
          disabled={problem !== null}
          loading={create.isPending}
        >
          {t('create.submit')}
        </Button>
      </div>
    </form>
  );
}
