import { Button } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useText } from '../../../texts/use-text.js';
import { EmptyState } from '../../../ui/empty-state.js';

/** What stands where a page broke, or its code could not be fetched: after an update the old parts are gone. */
export function PageFailed() {
  const { t } = useText();
  return (
    <EmptyState
      icon={TriangleAlert}
      tone="bad"
      title={t('error.page')}
      live
      action={
        <Button variant="default" onClick={() => location.reload()}>
          {t('error.reload')}
        </Button>
      }
    >
      {t('error.pageHint')}
    </EmptyState>
  );
}
