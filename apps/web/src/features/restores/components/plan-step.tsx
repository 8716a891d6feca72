import { Button, Checkbox } from '@mantine/core';
import { ArchiveRestore, RotateCw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { isApiError } from '../../../lib/api-error.js';
import { problemText } from '../../../lib/problem-text.js';
import type { Analysis } from '@satchel/api-client';
import { tableTitle } from '../../../lib/table-words.js';
import { useText } from '../../../texts/use-text.js';
import { ChoiceField } from '../../../ui/choice-field.js';
import { Notice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/panel.js';
import { useStartRestore } from '../api/start-restore.js';
import type { RestoreOptions } from '../restore-options.js';
import type { Wizard } from '../use-wizard.js';
import { mayRestore } from '../wizard-state.js';
import { ConfirmRestore } from './confirm-restore.js';
import { FileFacts } from './file-facts.js';
import { PlanSummary } from './plan-summary.js';
import classes from './plan-step.module.css';
import { RestoreErrorNotice } from './restore-error-notice.js';
import { RowSamples } from './row-samples.js';
import { UnlockBackup } from './unlock-backup.js';

interface PlanStepProps {
  readonly wizard: Wizard;
  readonly onBack: () => void;
  readonly onStarted: (jobId: string) => void;
}

/** What is in the file, and what its restore would do: to be looked at and agreed to. */
export function PlanStep({ wizard, onBack, onStarted }: PlanStepProps) {
  const { t } = useText();
  const { state, change, again, stop } = wizard;
  const { analysis, options, source, error, current } = state;
  const [asking, setAsking] = useState(false);
  const start = useStartRestore();
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  if (analysis === null || source === null) return null;
  const working = !current && error === null;
  const restore = () =>
    start.mutate(
      { source, uploadId: analysis.upload_id, options, key: wizard.key, planDigest: analysis.plan_digest },
      { onSuccess: job => onStarted(job.job_id), onError: () => setAsking(false) },
    );
  return (
    <div
      className={classes['step']}
      ref={heading}
      tabIndex={-1}
      aria-label={t('restore.stepPlan')}
      role="region"
    >
      <FileFacts analysis={analysis} name={source.from === 'file' ? source.file.name : analysis.file} />
      <Panel title={t('restore.howTitle')}>
        <Options options={options} analysis={analysis} onChange={change} />
      </Panel>
      {isApiError(error, 'wrong_key') || isApiError(start.error, 'wrong_key') ? (
        <Panel>
          <UnlockBackup
            wizard={{
              ...wizard,
              unlock: key => {
                start.reset();
                wizard.unlock(key);
              },
            }}
          />
        </Panel>
      ) : (
        error !== null && (
          <RestoreErrorNotice
            error={error}
            actions={<Button onClick={again}>{t('action.tryAgain')}</Button>}
          />
        )
      )}
      <div className={classes['plan']} data-working={working || undefined} aria-busy={working}>
        <PlanSummary plan={analysis.plan.tables} mode={analysis.plan.mode} />
        <RowSamples changes={analysis.changes} />
      </div>
      {start.isError && !isApiError(start.error, 'wrong_key') && (
        <Notice
          tone="bad"
          title={t(isApiError(start.error, 'conflict') ? 'restore.errorConflict' : 'restore.notStarted')}
          live
          actions={
            <Button variant="default" leftSection={<RotateCw size={16} aria-hidden />} onClick={again}>
              {t('restore.planAgain')}
            </Button>
          }
        >
          {problemText(t, start.error)}
        </Notice>
      )}
      <div className={classes['bar']}>
        <Button
          variant="gradient"
          size="md"
          leftSection={<ArchiveRestore size={20} aria-hidden />}
          disabled={!mayRestore(state)}
          loading={start.isPending}
          onClick={() => setAsking(true)}
        >
          {t('restore.continue')}
        </Button>
        <Button variant="default" size="md" onClick={onBack}>
          {t('restore.another')}
        </Button>
        {working && (
          <span role="status" className={classes['working']}>
            {t('restore.planning')}{' '}
            <Button variant="subtle" size="compact-sm" onClick={stop}>
              {t('action.cancel')}
            </Button>
          </span>
        )}
        {!working && error === null && analysis.needs.allow_missing && !options.allowMissing && (
          <span className={classes['working']}>{t('restore.needsAllow')}</span>
        )}
      </div>
      <ConfirmRestore
        opened={asking}
        analysis={analysis}
        busy={start.isPending}
        onClose={() => setAsking(false)}
        onConfirm={restore}
      />
    </div>
  );
}

interface OptionsProps {
  readonly options: RestoreOptions;
  readonly analysis: Analysis;
  readonly onChange: (options: RestoreOptions) => void;
}

function Options({ options, analysis, onChange }: OptionsProps) {
  const { t } = useText();
  const { differences } = analysis.plan;
  const blocking = differences.filter(difference => difference.blocking);
  return (
    <div className={classes['options']}>
      <ChoiceField
        label={t('restore.mode')}
        value={options.mode}
        choices={[
          { value: 'merge', label: t('mode.merge') },
          { value: 'replace', label: t('mode.replace') },
        ]}
        onChange={mode => onChange({ ...options, mode })}
        hint={t(options.mode === 'merge' ? 'mode.mergeText' : 'mode.replaceText')}
      />
      {options.mode === 'merge' && (
        <ChoiceField
          label={t('restore.duplicates')}
          value={options.duplicateStrategy}
          choices={[
            { value: 'update', label: t('duplicates.update') },
            { value: 'skip', label: t('duplicates.skip') },
          ]}
          onChange={duplicateStrategy => onChange({ ...options, duplicateStrategy })}
          hint={t(options.duplicateStrategy === 'update' ? 'duplicates.updateText' : 'duplicates.skipText')}
        />
      )}
      {analysis.needs.restricted.length > 0 && (
        <fieldset className={classes['option']}>
          <legend>{t('restore.restricted')}</legend>
          <p>{t('restore.restrictedText')}</p>
          {analysis.needs.restricted.map(table => (
            <Checkbox
              key={table}
              label={tableTitle(t, table)}
              checked={options.restricted.includes(table)}
              onChange={event =>
                onChange({
                  ...options,
                  restricted: event.currentTarget.checked
                    ? [...options.restricted, table]
                    : options.restricted.filter(one => one !== table),
                })
              }
            />
          ))}
        </fieldset>
      )}
      {differences.length > 0 && (
        <div className={classes['wide']}>
          <Notice
            tone={blocking.length > 0 ? 'warn' : 'info'}
            title={t('restore.differences', { count: differences.length })}
          >
            <ul className={classes['differences']}>
              {differences.slice(0, 20).map((difference, index) => (
                <li key={index}>{difference.message}</li>
              ))}
            </ul>
            {differences.length > 20 && t('restore.moreDifferences', { count: differences.length - 20 })}
            {analysis.needs.allow_missing && (
              <Checkbox
                mt="sm"
                label={t('restore.allowMissing')}
                checked={options.allowMissing}
                onChange={event => onChange({ ...options, allowMissing: event.currentTarget.checked })}
              />
            )}
          </Notice>
        </div>
      )}
    </div>
  );
}
