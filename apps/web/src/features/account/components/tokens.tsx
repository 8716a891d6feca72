import { Button, Group, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { problemText } from '../../../lib/problem-text.js';
import type { ApiToken, Permission } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { EmptyState } from '../../../ui/empty-state.js';
import { Loaded } from '../../../ui/loaded.js';
import { Notice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/panel.js';
import { RowSkeleton } from '../../../ui/row-skeleton.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { PermissionBoxes } from '../../users/components/permission-boxes.js';
import { SecretOnce } from '../../users/components/secret-once.js';
import { permissionTitle } from '../../users/permission-title.js';
import classes from '../account.module.css';
import { useCreateToken } from '../api/create-token.js';
import { useRevokeToken } from '../api/revoke-token.js';
import { useTokens } from '../api/get-tokens.js';

const DAY_MS = 86_400_000;
const LIFETIMES_DAYS = [7, 30, 90, 365] as const;

/** Keys for scripts. */
export function Tokens() {
  const { t, format } = useText();
  const tokens = useTokens();
  const [adding, add] = useDisclosure(false);
  const [toRevoke, setToRevoke] = useState<ApiToken | null>(null);
  const revoke = useRevokeToken();
  return (
    <Panel
      title={t('tokens.title')}
      hint={
        <Button size="xs" variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={add.open}>
          {t('tokens.add')}
        </Button>
      }
    >
      <Loaded query={tokens} waiting={<RowSkeleton rows={2} />}>
        {all =>
          all.length === 0 ? (
            <EmptyState icon={KeyRound} title={t('tokens.none')}>
              {t('tokens.noneText')}
            </EmptyState>
          ) : (
            <ul className={classes['list']}>
              {all.map(token => (
                <li key={token.token_id}>
                  <span className={classes['about']}>
                    <strong>{token.name}</strong>
                    <small>{format.list(token.permissions.map(one => permissionTitle(t, one)))}</small>
                    <small>
                      {t('tokens.expires')} <TimeAgo at={token.expires_at} /> · {t('tokens.used')}{' '}
                      {token.last_used_at === null ? t('users.never') : <TimeAgo at={token.last_used_at} />}
                    </small>
                  </span>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={t('tokens.revokeOne', { name: token.name })}
                    onClick={() => setToRevoke(token)}
                  >
                    {t('tokens.revoke')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <Modal
        opened={adding}
        onClose={add.close}
        title={<strong>{t('tokens.add')}</strong>}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {adding && <TokenForm onClose={add.close} />}
      </Modal>
      <ConfirmDialog
        opened={toRevoke !== null}
        title={t('tokens.revokeTitle', { name: toRevoke?.name ?? '' })}
        confirm={t('tokens.revoke')}
        danger
        busy={revoke.isPending}
        onClose={() => setToRevoke(null)}
        onConfirm={() => toRevoke && revoke.mutate(toRevoke.token_id, { onSettled: () => setToRevoke(null) })}
      >
        {t('tokens.revokeText')}
      </ConfirmDialog>
    </Panel>
  );
}

function TokenForm({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const create = useCreateToken();
  const [name, setName] = useState('');
  const [days, setDays] = useState<number>(90);
  const [permissions, setPermissions] = useState<readonly Permission[]>(['backup.view_backupjob']);
  if (create.data) {
    return (
      <div style={{ display: 'grid', gap: 18 }}>
        <SecretOnce label={t('tokens.token')} secret={create.data.token}>
          {t('tokens.onceText')}
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
        // A year to the day would be past the limit by the time it arrives.
        const expires = new Date(Date.now() + days * DAY_MS - 60_000);
        create.mutate({
          name: name.trim(),
          permissions: [...permissions],
          expires_at: expires.toISOString(),
        });
      }}
    >
      <TextInput
        label={t('tokens.name')}
        placeholder={t('tokens.nameHint')}
        required
        value={name}
        autoComplete="off"
        data-autofocus
        onChange={event => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('tokens.lifetime')}
        value={String(days)}
        data={LIFETIMES_DAYS.map(each => ({ value: String(each), label: t('tokens.days', { count: each }) }))}
        onChange={event => setDays(Number(event.currentTarget.value))}
      />
      <PermissionBoxes label={t('tokens.permissions')} value={permissions} onChange={setPermissions} />
      {create.error && (
        <Notice tone="bad" live>
          {problemText(t, create.error)}
        </Notice>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" disabled={permissions.length === 0} loading={create.isPending}>
          {t('tokens.add')}
        </Button>
      </Group>
    </form>
  );
}
