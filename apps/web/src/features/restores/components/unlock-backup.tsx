import type { ReactNode } from 'react';
import { useText } from '../../../texts/use-text.js';
import { Notice } from '../../../ui/notice.js';
import { KeyForm } from '../../keys/key-form.js';
import type { Wizard } from '../use-wizard.js';

/** The backup is encrypted and has not been opened: asks for its key. File, choices and what was typed stay. */
export function UnlockBackup({ wizard, actions }: { wizard: Wizard; actions?: ReactNode }) {
  const { t } = useText();
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Notice tone="info" title={t('key.needed')} live>
        {t('key.neededText')}
      </Notice>
      <KeyForm
        tried={wizard.key}
        problem={wizard.key === null ? null : t('key.wrong')}
        submit={t('key.open')}
        onKey={wizard.unlock}
        actions={actions}
      />
    </div>
  );
}
