import { Button } from '@mantine/core';
import { CloudOff, RotateCw, TriangleAlert } from 'lucide-react';
import { isApiError } from '../lib/api-error.js';
import { problemText } from '../lib/problem-text.js';
import { useText } from '../texts/use-text.js';
import { EmptyState } from './empty-state.js';

/** What stands where something could not be loaded, with the way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useText();
  const offline = isApiError(error, 'offline', 'unavailable');
  return (
    <EmptyState
      icon={offline ? CloudOff : TriangleAlert}
      tone={offline ? 'warn' : 'bad'}
      title={t(offline ? 'error.unreachable' : 'error.load')}
      live
      action={
        onRetry && (
          <Button variant="default" leftSection={<RotateCw size={16} aria-hidden />} onClick={onRetry}>
            {t('action.tryAgain')}
          </Button>
        )
      }
    >
      {problemText(t, error)}
      {isApiError(error) && error.facts.requestId !== undefined && (
        <>
          <br />
          <small>{t('error.requestId', { id: error.facts.requestId })}</small>
        </>
      )}
    </EmptyState>
  );
}
