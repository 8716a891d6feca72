import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { problemText } from '../../../lib/problem-text.js';
import type { Permission, Role, User } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import { Notice } from '../../../ui/notice.js';
import { useAddUser } from '../api/add-user.js';
import { useChangeUser } from '../api/change-user.js';
import { roleTitle } from '../role-title.js';
import { PermissionBoxes } from './permission-boxes.js';
import { SecretOnce } from './secret-once.js';

interface UserDialogProps {
  /** `new` for one that is to be added; null while nothing is edited. */
  readonly user: User | 'new' | null;
  readonly roles: readonly Role[];
  readonly onClose: () => void;
}

/** Adds a user, or changes what one may do. */
export function UserDialog({ user, roles, onClose }: UserDialogProps) {
  const { t } = useText();
  return (
    <Modal
      opened={user !== null}
      onClose={onClose}
      title={<strong>{t(user === 'new' ? 'users.add' : 'users.edit')}</strong>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      size="lg"
    >
      {user !== null && (
        <UserForm key={user === 'new' ? 'new' : user.user_id} user={user} roles={roles} onClose={onClose} />
      )}
    </Modal>
  );
}

function UserForm({ user, roles, onClose }: UserDialogProps & { user: User | 'new' }) {
  const { t } = useText();
  const known = user === 'new' ? null : user;
  const [username, setUsername] = useState(known?.username ?? '');
  const [fullName, setFullName] = useState(known?.full_name ?? '');
  const [active, setActive] = useState(known?.active ?? true);
  const [chosen, setChosen] = useState<readonly string[]>(known?.roles ?? []);
  const [grants, setGrants] = useState<readonly Permission[]>(known?.grants ?? []);
  const add = useAddUser();
  const change = useChangeUser();
  const error = add.error ?? change.error;
  if (add.data?.password) {
    return (
      <div style={{ display: 'grid', gap: 18 }}>
        <SecretOnce label={t('users.firstPassword')} secret={add.data.password}>
          {t('users.firstPasswordText', { name: add.data.user.username })}
        </SecretOnce>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('action.done')}</Button>
        </Group>
      </div>
    );
  }
  return (
    <form
      style={{ display: 'grid', gap: 18 }}
      onSubmit={event => {
        event.preventDefault();
        if (known === null) {
          add.mutate({
            username: username.trim(),
            full_name: fullName.trim(),
            roles: [...chosen],
            grants: [...grants],
          });
        } else {
          change.mutate(
            {
              userId: known.user_id,
              change: { full_name: fullName.trim(), active, roles: [...chosen], grants: [...grants] },
            },
            { onSuccess: onClose },
          );
        }
      }}
    >
      {known === null ? (
        <TextInput
          label={t('signIn.username')}
          required
          value={username}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          onChange={event => setUsername(event.currentTarget.value)}
        />
      ) : (
        <p style={{ margin: 0 }}>
          {t('signIn.username')}: <strong>{known.username}</strong>
        </p>
      )}
      <TextInput
        label={t('users.fullName')}
        value={fullName}
        autoComplete="off"
        onChange={event => setFullName(event.currentTarget.value)}
      />
      <fieldset style={{ border: 0, margin: 0, padding: 0, display: 'grid', gap: 10 }}>
        <legend style={{ padding: 0, marginBottom: 8, fontWeight: 560 }}>{t('users.roles')}</legend>
        {roles.map(role => (
          <Checkbox
            key={role.name}
            label={roleTitle(t, role)}
            checked={chosen.includes(role.name)}
            onChange={event =>
              setChosen(
                event.currentTarget.checked
                  ? [...chosen, role.name]
                  : chosen.filter(name => name !== role.name),
              )
            }
          />
        ))}
      </fieldset>
      <PermissionBoxes label={t('users.grants')} value={grants} onChange={setGrants} />
      {known !== null && (
        <Checkbox
          label={t('users.active')}
          description={t('users.activeHint')}
          checked={active}
          onChange={event => setActive(event.currentTarget.checked)}
        />
      )}
      {error && (
        <Notice tone="bad" live>
          {problemText(t, error)}
        </Notice>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={add.isPending || change.isPending}>
          {t(known === null ? 'users.add' : 'action.save')}
        </Button>
      </Group>
    </form>
  );
}
