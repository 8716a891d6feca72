import type { ReactNode } from 'react';
import { isApiError } from '../../../lib/api-error.js';
import { problemText } from '../../../lib/problem-text.js';
import type { ApiErrorKind } from '../../../lib/api-error.js';
import { tableTitle } from '../../../lib/table-words.js';
import type { TextKey } from '../../../texts/en.js';
import { useText } from '../../../texts/use-text.js';
import { Facts } from '../../../ui/facts.js';
import { Notice } from '../../../ui/notice.js';

const TITLES: Readonly<Partial<Record<ApiErrorKind, Extract<TextKey, `restore.error${string}`>>>> = {
  invalid_backup: 'restore.errorInvalid',
  too_large: 'restore.errorTooLarge',
  unsupported: 'restore.errorUnsupported',
  wrong_key: 'restore.errorKey',
  restore_failed: 'restore.errorRefused',
  conflict: 'restore.errorConflict',
  offline: 'restore.errorOffline',
  unavailable: 'restore.errorOffline',
};

interface RestoreErrorNoticeProps {
  readonly error: unknown;
  readonly actions?: ReactNode;
}

/** What went wrong with a restore, where in the data, and that nothing has changed. */
export function RestoreErrorNotice({ error, actions }: RestoreErrorNoticeProps) {
  const { t } = useText();
  const known = isApiError(error);
  const title = t((known && TITLES[error.kind]) || 'restore.errorOther');
  return (
    <Notice tone="bad" title={title} live actions={actions}>
      {problemText(t, error)}
      {known && <ErrorPlace details={error.details} />}
    </Notice>
  );
}

/** Table, key, column and reason, where the database refused a row. */
export function ErrorPlace({ details }: { details: Readonly<Record<string, unknown>> }) {
  const { t } = useText();
  const table = textOf(details['table'] ?? details['relation']);
  const facts: [string, string][] = [
    [t('field.table'), table === '' ? '' : tableTitle(t, table)],
    [t('field.key'), textOf(details['key'])],
    // Without a table it is a place in the file, which the message names.
    [t('field.column'), table === '' ? '' : textOf(details['column'])],
    [t('field.reason'), textOf(details['reason'])],
  ];
  const said = facts.filter(([, value]) => value !== '');
  if (said.length === 0) return null;
  return (
    <div style={{ marginTop: 10 }}>
      <Facts items={said} />
    </div>
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
