import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { isApiError } from '../../../lib/api-error.js';
import { useText } from '../../../texts/use-text.js';
import { Meter } from '../../../ui/meter.js';
import { Panel } from '../../../ui/panel.js';
import type { Wizard } from '../use-wizard.js';
import type { WizardState } from '../wizard-state.js';
import { RestoreErrorNotice } from './restore-error-notice.js';
import { UnlockBackup } from './unlock-backup.js';

interface AnalyzeStepProps {
  readonly wizard: Wizard;
  readonly onBack: () => void;
}

/** The file is on its way, or being looked into; or one of the two went wrong. */
export function AnalyzeStep({ wizard, onBack }: AnalyzeStepProps) {
  const { t } = useText();
  const { state, stop, again } = wizard;
  const { source, error } = state;
  const title = source?.from === 'file' ? source.file.name : t('restore.storedBackup');
  return (
    <Panel title={title}>
      {error === null ? (
        <UploadProgress state={state} onStop={stop} />
      ) : isApiError(error, 'wrong_key') ? (
        <UnlockBackup
          wizard={wizard}
          actions={
            <Button variant="default" onClick={onBack}>
              {t('restore.another')}
            </Button>
          }
        />
      ) : (
        <RestoreErrorNotice
          error={error}
          actions={
            <>
              <Button onClick={again}>{t('action.tryAgain')}</Button>
              <Button variant="default" onClick={onBack}>
                {t('restore.another')}
              </Button>
            </>
          }
        />
      )}
    </Panel>
  );
}

function UploadProgress({ state: { source, sent }, onStop }: { state: WizardState; onStop: () => void }) {
  const { t, format } = useText();
  const here = useRef<HTMLParagraphElement>(null);
  useEffect(() => here.current?.focus(), []);
  const sending = source?.from === 'file' && (sent === null || sent.bytes < sent.total);
  const text = sending
    ? t('restore.sending', {
        sent: format.bytes(sent?.bytes ?? 0),
        total: format.bytes(sent?.total ?? source.file.size),
      })
    : t('restore.looking');
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <p ref={here} tabIndex={-1} role="status" style={{ margin: 0 }}>
        {text}
      </p>
      <Meter
        label={t(sending ? 'restore.upload' : 'restore.looking')}
        share={sending && sent ? sent.bytes / Math.max(1, sent.total) : sending ? 0 : null}
        valueText={text}
      />
      <div>
        <Button variant="default" onClick={onStop}>
          {t('action.cancel')}
        </Button>
      </div>
    </div>
  );
}
