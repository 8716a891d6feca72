import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Analysis } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Notice } from '../../../ui/notice.js';
import { planWords } from '../plan-words.js';

interface ConfirmRestoreProps {
  readonly opened: boolean;
  readonly analysis: Analysis;
  readonly busy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** The last question. It says what will be deleted, and what replaces everything has to be typed. */
export function ConfirmRestore({ opened, analysis, busy, onConfirm, onClose }: ConfirmRestoreProps) {
  const tools = useText();
  const { t } = tools;
  const [typed, setTyped] = useState('');
  useEffect(() => {
    if (!opened) setTyped('');
  }, [opened]);
  const replace = analysis.plan.mode === 'replace';
  const word = t('confirm.word');
  const { tables } = analysis.plan;
  const lines = (['deleted', 'updated', 'created'] as const)
    .map(action => [action, planWords(tools, tables, action)] as const)
    .filter((line): line is readonly ['deleted' | 'updated' | 'created', string] => line[1] !== null);
  return (
    <ConfirmDialog
      opened={opened}
      title={t(replace ? 'confirm.replaceTitle' : 'confirm.mergeTitle')}
      confirm={t('confirm.restore')}
      danger={replace}
      busy={busy}
      disabled={replace && typed.trim().toLocaleLowerCase() !== word.toLocaleLowerCase()}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <div style={{ display: 'grid', gap: 12 }}>
        {lines.length === 0 && <p style={{ margin: 0 }}>{t('plan.nothing')}</p>}
        {lines.map(([action, words]) =>
          action === 'deleted' ? (
            <Notice key={action} tone="bad" title={t('confirm.deletes')}>
              {words}
            </Notice>
          ) : (
            <p key={action} style={{ margin: 0 }}>
              <strong>{t(`confirm.${action}`)}</strong> {words}
            </p>
          ),
        )}
        <p style={{ margin: 0, color: 'var(--muted)' }}>{t('confirm.safety')}</p>
        {replace && (
          <TextInput
            label={t('confirm.type', { word })}
            value={typed}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={event => setTyped(event.currentTarget.value)}
          />
        )}
      </div>
    </ConfirmDialog>
  );
}
