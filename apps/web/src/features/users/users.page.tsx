import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { KeyRound, LogOut, Pencil, Search, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { problemText } from '../../lib/problem-text.js';
import type { Role, User } from '@satchel/api-client';
import { useDebounced } from '../../lib/use-debounced.js';
import { usePaging } from '../../lib/use-paging.js';
import { useText } from '../../texts/use-text.js';
import type { TextTools } from '../../texts/use-text.js';
import { ActionMenu } from '../../ui/action-menu.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { DataTable } from '../../ui/data-table.js';
import type { Column } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Loaded } from '../../ui/loaded.js';
import { PageHeader } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { Panel } from '../../ui/panel.js';
import { Pill } from '../../ui/pill.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { useEndUserSessions } from './api/end-user-sessions.js';
import { useRoles } from './api/get-roles.js';
import { useUsers } from './api/get-users.js';
import { useResetPassword } from './api/reset-password.js';
import { SecretOnce } from './components/secret-once.js';
import { UserDialog } from './components/user-dialog.js';
import { UserTabs } from './components/user-tabs.js';
import { roleTitle } from './role-title.js';
import classes from './users.module.css';

/** Who may sign in, and what they may do. */
export function UsersPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.change_user" title={t('nav.users')}>
      <UserList />
    </NeedsPermission>
  );
}

function UserList() {
  const tools = useText();
  const { t } = tools;
  const [search, setSearch] = useState('');
  const paging = usePaging();
  const words = useDebounced(search.trim(), 250);
  const users = useUsers({ search: words, page: paging.page, pageSize: paging.pageSize });
  const { data: roles = [] } = useRoles();
  const [edited, setEdited] = useState<User | 'new' | null>(null);
  const [reset, setReset] = useState<User | null>(null);
  const endSessions = useEndUserSessions();
  const signOut = (user: User) =>
    endSessions.mutate(user.user_id, {
      onSuccess: ({ ended_sessions }) =>
        toast.success(t('users.signedOut', { name: user.username, count: ended_sessions })),
      onError: problem => toast.error(problemText(t, problem)),
    });
  return (
    <>
      <PageHeader
        title={t('nav.users')}
        lead={t('users.lead')}
        actions={
          <Button
            variant="gradient"
            leftSection={<UserPlus size={18} aria-hidden />}
            onClick={() => setEdited('new')}
          >
            {t('users.add')}
          </Button>
        }
      />
      <UserTabs />
      <div className={classes['page']}>
        <TextInput
          type="search"
          aria-label={t('users.search')}
          placeholder={t('users.search')}
          leftSection={<Search size={16} aria-hidden />}
          value={search}
          maw={360}
          onChange={event => {
            setSearch(event.currentTarget.value);
            paging.onPage(1);
          }}
        />
        <Panel flush>
          <Loaded query={users}>
            {({ items, total, pages, page_size }) => (
              <>
                {items.length === 0 ? (
                  <EmptyState icon={Users} title={t('users.none')}>
                    {t('users.noneText')}
                  </EmptyState>
                ) : (
                  <DataTable
                    caption={t('users.users')}
                    columns={columns(tools, roles, {
                      onEdit: setEdited,
                      onReset: setReset,
                      onSignOut: signOut,
                    })}
                    rows={items}
                    rowKey={({ user_id }) => user_id}
                  />
                )}
                {total > page_size && <Pager {...paging} pages={pages} total={total} />}
              </>
            )}
          </Loaded>
        </Panel>
      </div>
      <UserDialog user={edited} roles={roles} onClose={() => setEdited(null)} />
      <ResetPassword user={reset} onClose={() => setReset(null)} />
    </>
  );
}

interface UserActions {
  readonly onEdit: (user: User) => void;
  readonly onReset: (user: User) => void;
  readonly onSignOut: (user: User) => void;
}

function columns(
  { t }: TextTools,
  roles: readonly Role[],
  { onEdit, onReset, onSignOut }: UserActions,
): readonly Column<User>[] {
  const titleOf = (name: string) => {
    const role = roles.find(one => one.name === name);
    return role === undefined ? name : roleTitle(t, role);
  };
  return [
    {
      key: 'who',
      title: t('field.who'),
      card: 'lead',
      cell: user => (
        <span className={classes['who']}>
          <strong>{user.full_name === '' ? user.username : user.full_name}</strong>
          <small>{user.username}</small>
        </span>
      ),
    },
    {
      key: 'roles',
      title: t('users.roles'),
      card: 'wide',
      cell: user => (
        <span className={classes['chips']}>
          {user.roles.map(name => (
            <Pill key={name} tone="info">
              {titleOf(name)}
            </Pill>
          ))}
          {user.grants.length > 0 && (
            <Pill tone="idle">{t('users.extra', { count: user.grants.length })}</Pill>
          )}
          {user.roles.length + user.grants.length === 0 && t('users.noRoles')}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('field.state'),
      cell: user =>
        !user.active ? (
          <Pill tone="idle" icon="ban">
            {t('users.inactive')}
          </Pill>
        ) : user.must_change_password ? (
          <Pill tone="warn" icon="clock">
            {t('users.invited')}
          </Pill>
        ) : (
          <Pill tone="ok" icon="check">
            {t('users.isActive')}
          </Pill>
        ),
    },
    {
      key: 'lastSignIn',
      title: t('users.lastSignIn'),
      cell: user => (
        <span className={classes['nowrap']}>
          {user.last_sign_in_at === null ? t('users.never') : <TimeAgo at={user.last_sign_in_at} />}
        </span>
      ),
    },
    {
      key: 'actions',
      title: t('field.actions'),
      titleHidden: true,
      end: true,
      card: 'corner',
      cell: user => (
        <ActionMenu label={t('history.actionsFor', { name: user.username })}>
          <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => onEdit(user)}>
            {t('users.edit')}
          </Menu.Item>
          <Menu.Item leftSection={<KeyRound size={16} aria-hidden />} onClick={() => onReset(user)}>
            {t('users.resetPassword')}
          </Menu.Item>
          <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => onSignOut(user)}>
            {t('users.signOut')}
          </Menu.Item>
        </ActionMenu>
      ),
    },
  ];
}

function ResetPassword({ user, onClose }: { user: User | null; onClose: () => void }) {
  const { t } = useText();
  const reset = useResetPassword();
  const close = () => {
    reset.reset();
    onClose();
  };
  if (reset.data) {
    return (
      <Modal
        opened
        onClose={close}
        title={<strong>{t('users.newPassword')}</strong>}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        <SecretOnce label={t('users.newPassword')} secret={reset.data.password}>
          {t('users.firstPasswordText', { name: user?.username ?? '' })}
        </SecretOnce>
      </Modal>
    );
  }
  return (
    <ConfirmDialog
      opened={user !== null}
      title={t('users.resetPassword')}
      confirm={t('users.resetPassword')}
      busy={reset.isPending}
      onClose={close}
      onConfirm={() =>
        user &&
        reset.mutate(user.user_id, {
          onError: problem => toast.error(problemText(t, problem)),
        })
      }
    >
      {t('users.resetText', { name: user?.username ?? '' })}
    </ConfirmDialog>
  );
}
