import { Button } from '@mantine/core';
import { MapPinOff } from 'lucide-react';
import { Link } from 'react-router';
import { paths } from '../../lib/paths.js';
import { useText } from '../../texts/use-text.js';
import { EmptyState } from '../../ui/empty-state.js';
import { PageHeader } from '../../ui/page.js';
import { Panel } from '../../ui/panel.js';

/** For addresses that lead nowhere. */
export function NotFoundPage() {
  const { t } = useText();
  return (
    <>
      <PageHeader title={t('notFound.title')} />
      <Panel>
        <EmptyState
          icon={MapPinOff}
          title={t('notFound.heading')}
          action={
            <Button component={Link} to={paths.home} variant="gradient">
              {t('notFound.home')}
            </Button>
          }
        >
          {t('notFound.text')}
        </EmptyState>
      </Panel>
    </>
  );
}
