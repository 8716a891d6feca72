import { Button } from '@mantine/core';
import { LockKeyhole } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Permission } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import { useCan } from '../../../lib/permission.js';
import { useText } from '../../../texts/use-text.js';
import { EmptyState } from '../../../ui/empty-state.js';
import { PageHeader } from '../../../ui/page.js';
import { Panel } from '../../../ui/panel.js';
import { permissionTitle } from '../../users/permission-title.js';

interface NeedsPermissionProps {
  readonly permission: Permission;
  /** The page's heading, which stays. */
  readonly title: string;
  readonly children: ReactNode;
}

/** Shows a page to whom it is allowed, and says to the others what is missing and whom to ask. */
export function NeedsPermission({ permission, title, children }: NeedsPermissionProps) {
  const can = useCan();
  return can(permission) ? children : <MissingPermission permission={permission} title={title} />;
}

function MissingPermission({ permission, title }: { permission: Permission; title: string }) {
  const { t } = useText();
  return (
    <>
      <PageHeader title={title} />
      <Panel>
        <EmptyState
          icon={LockKeyhole}
          tone="warn"
          title={t('permission.missing')}
          action={
            <Button component={Link} to={paths.account} variant="default">
              {t('permission.mine')}
            </Button>
          }
        >
          {t('permission.missingText', { permission: permissionTitle(t, permission) })}{' '}
          <code>{permission}</code>
        </EmptyState>
      </Panel>
    </>
  );
}
