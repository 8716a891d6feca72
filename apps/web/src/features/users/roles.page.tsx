import { Button, Group, Modal, Skeleton, TextInput } from '@mantine/core';
import { Check, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { problemText } from '../../lib/problem-text.js';
import type { Permission, Role } from '@satchel/api-client';
import { useText } from '../../texts/use-text.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Loaded } from '../../ui/loaded.js';
import { Notice } from '../../ui/notice.js';
import { PageHeader } from '../../ui/page.js';
import { Pill } from '../../ui/pill.js';
import { NeedsPermission } from '../shell/components/missing-permission.js';
import { useRoles } from './api/get-roles.js';
import { useRemoveRole } from './api/remove-role.js';
import { useSaveRole } from './api/save-role.js';
import { PermissionBoxes } from './components/permission-boxes.js';
import { UserTabs } from './components/user-tabs.js';
import { permissionTitle } from './permission-title.js';
import { roleTitle } from './role-title.js';
import classes from './users.module.css';

/** Named lists of permissions. */
export function RolesPage() {
  const { t } = useText();
  return (
    <NeedsPermission permission="backup.change_user" title={t('nav.users')}>
      <RoleList />
    </NeedsPermission>
  );
}

function RoleList() {
  const { t } = useText();
  const roles = useRoles();
  const [edited, setEdited] = useState<Role | 'new' | null>(null);
  const [toRemove, setToRemove] = useState<Role | null>(null);
  const remove = useRemoveRole();
  return (
    <>
      <PageHeader
        title={t('nav.users')}
        tab={t('users.roles')}
        lead={t('roles.lead')}
        actions={
          <Button
            variant="gradient"
            leftSection={<Plus size={18} aria-hidden />}
            onClick={() => setEdited('new')}
          >
            {t('roles.add')}
          </Button>
        }
      />
      <UserTabs />
      <Loaded
        query={roles}
        waiting={
          <div className={classes['roles']} role="status" aria-label={t('state.loading')}>
            {[0, 1, 2, 3].map(index => (
              <Skeleton key={index} height={240} radius="lg" />
            ))}
          </div>
        }
      >
        {all => (
          <ul className={classes['roles']}>
            {all.map(role => (
              <li key={role.name} className={classes['role']}>
                <div>
                  <h2>{roleTitle(t, role)}</h2>
                  <code>{role.name}</code>
                </div>
                <ul>
                  {role.permissions.map(permission => (
                    <li key={permission}>
                      <Check size={16} aria-hidden /> {permissionTitle(t, permission)}
                    </li>
                  ))}
                </ul>
                {role.fixed ? (
                  <div className={classes['roleActions']}>
                    <Pill tone="idle" icon="info">
                      {t('roles.fixed')}
                    </Pill>
                  </div>
                ) : (
                  <div className={classes['roleActions']}>
                    <Button
                      size="xs"
                      variant="default"
                      leftSection={<Pencil size={14} aria-hidden />}
                      aria-label={t('roles.editOne', { name: roleTitle(t, role) })}
                      onClick={() => setEdited(role)}
                    >
                      {t('action.edit')}
                    </Button>
                    <Button
                      size="xs"
                      variant="default"
                      leftSection={<Trash2 size={14} aria-hidden />}
                      aria-label={t('roles.removeOne', { name: roleTitle(t, role) })}
                      onClick={() => setToRemove(role)}
                    >
                      {t('action.delete')}
                    </Button>
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={<strong>{t(edited === 'new' ? 'roles.add' : 'roles.edit')}</strong>}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {edited !== null && <RoleForm role={edited} onClose={() => setEdited(null)} />}
      </Modal>
      <ConfirmDialog
        opened={toRemove !== null}
        title={t('roles.removeTitle', { name: toRemove ? roleTitle(t, toRemove) : '' })}
        confirm={t('action.delete')}
        danger
        busy={remove.isPending}
        onClose={() => setToRemove(null)}
        onConfirm={() =>
          toRemove &&
          remove.mutate(toRemove.name, {
            onSuccess: () => setToRemove(null),
            onError: problem => {
              toast.error(problemText(t, problem));
              setToRemove(null);
            },
          })
        }
      >
        {t('roles.removeText')}
      </ConfirmDialog>
    </>
  );
}

function RoleForm({ role, onClose }: { role: Role | 'new'; onClose: () => void }) {
  const { t } = useText();
  const known = role === 'new' ? null : role;
  const [name, setName] = useState(known?.name ?? '');
  const [title, setTitle] = useState(known?.title ?? '');
  const [permissions, setPermissions] = useState<readonly Permission[]>(known?.permissions ?? []);
  const save = useSaveRole();
  const wrongName = known === null && name !== '' && !/^[a-z0-9_]+$/.test(name);
  return (
    <form
      style={{ display: 'grid', gap: 18 }}
      onSubmit={event => {
        event.preventDefault();
        if (!wrongName) {
          save.mutate(
            { name, title: title.trim(), permissions, isNew: known === null },
            { onSuccess: onClose },
          );
        }
      }}
    >
      <TextInput
        label={t('roles.title')}
        required
        value={title}
        data-autofocus
        onChange={event => setTitle(event.currentTarget.value)}
      />
      {known === null && (
        <TextInput
          label={t('roles.name')}
          description={t('roles.nameHint')}
          required
          value={name}
          autoCapitalize="none"
          spellCheck={false}
          error={wrongName && t('roles.nameHint')}
          onChange={event => setName(event.currentTarget.value)}
        />
      )}
      <PermissionBoxes label={t('account.permissions')} value={permissions} onChange={setPermissions} />
      {save.error && (
        <Notice tone="bad" live>
          {problemText(t, save.error)}
        </Notice>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t(known === null ? 'roles.add' : 'action.save')}
        </Button>
      </Group>
    </form>
  );
}
