import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import { useText } from '../../texts/use-text.js';
import { PageHeader } from '../../ui/page.js';
import { Steps } from '../../ui/steps.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { AnalyzeStep } from './components/analyze-step.js';
import { ChooseStep } from './components/choose-step.js';
import { PlanStep } from './components/plan-step.js';
import { RestoreRun } from './components/restore-run.js';
import { useWizard } from './use-wizard.js';
import type { Wizard } from './use-wizard.js';

/** Brings data back: choose, look, agree, watch, read the report. */
export function RestoreDataPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.add_restorejob" title={t('restore.title')}>
      <RestoreWizard />
    </NeedsPermission>
  );
}

function RestoreWizard() {
  const { t } = useText();
  const [search, setSearch] = useSearchParams();
  const jobId = search.get('job');
  const backupId = search.get('backup');
  const wizard = useWizard();
  const { state, choose } = wizard;
  const asked = useRef<string | null>(null);
  useEffect(() => {
    // The address names a backup: somebody comes from the history, or has loaded the page anew.
    if (jobId !== null || backupId === null || asked.current === backupId) return;
    asked.current = backupId;
    if (state.source === null) choose({ from: 'backup', backupId });
  }, [backupId, jobId, state.source, choose]);
  const step = jobId !== null ? 2 : state.step === 'plan' ? 1 : 0;
  return (
    <>
      <PageHeader title={t('restore.title')} lead={t('restore.lead')} />
      <Steps
        label={t('restore.steps')}
        steps={[t('restore.stepFile'), t('restore.stepPlan'), t('restore.stepRun')]}
        current={step}
      />
      {jobId === null ? (
        <Preparation wizard={wizard} onBack={() => setSearch({})} onStarted={id => setSearch({ job: id })} />
      ) : (
        <RestoreRun
          jobId={jobId}
          onBack={() => {
            setSearch(state.source?.from === 'backup' ? { backup: state.source.backupId } : {});
            wizard.again();
          }}
          canGoBack={state.source !== null}
        />
      )}
    </>
  );
}

interface PreparationProps {
  readonly wizard: Wizard;
  readonly onBack: () => void;
  readonly onStarted: (jobId: string) => void;
}

function Preparation({ wizard, onBack, onStarted }: PreparationProps) {
  const { state } = wizard;
  const back = () => {
    wizard.back();
    onBack();
  };
  switch (state.step) {
    case 'choose':
      return <ChooseStep onChoose={wizard.choose} />;
    case 'analyze':
      return <AnalyzeStep wizard={wizard} onBack={back} />;
    case 'plan':
      return <PlanStep wizard={wizard} onBack={back} onStarted={onStarted} />;
  }
}
