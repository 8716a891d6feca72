import { Button } from '@mantine/core';
import { Check, LogOut } from 'lucide-react';
import { useText } from '../../texts/use-text.js';
import { Loaded } from '../../ui/loaded.js';
import { Facts } from '../../ui/facts.js';
import { PageHeader } from '../../ui/page.js';
import { Panel } from '../../ui/panel.js';
import { Pill } from '../../ui/pill.js';
import { RowSkeleton } from '../../ui/row-skeleton.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { useMe } from '../sign-in/api/get-session.js';
import { permissionTitle } from '../users/permission-title.js';
import classes from './account.module.css';
import { useEndSession } from './api/end-session.js';
import { useSessions } from './api/get-sessions.js';
import { PasswordForm } from './components/password-form.js';
import { Tokens } from './components/tokens.js';
import { deviceName } from './device-name.js';

/** What concerns oneself alone: password, sessions, tokens, and what one may do. */
export function AccountPage() {
  const { t } = useText();
  const { user, permissions } = useMe();
  return (
    <>
      <PageHeader title={t('nav.account')} lead={t('account.lead')} />
      <div className={classes['page']}>
        <div className={classes['pair']}>
          <Panel title={t('account.me')}>
            <div style={{ display: 'grid', gap: 20 }}>
              <Facts
                items={[
                  [t('users.fullName'), user.full_name],
                  [t('signIn.username'), user.username],
                  [
                    t('users.lastSignIn'),
                    user.last_sign_in_at === null ? null : <TimeAgo key="last" at={user.last_sign_in_at} />,
                  ],
                ]}
              />
              <div>
                <h3 className={classes['heading']}>{t('account.permissions')}</h3>
                {permissions.length === 0 && <p style={{ margin: 0 }}>{t('account.noPermissions')}</p>}
                <ul className={classes['permissions']}>
                  {permissions.map(permission => (
                    <li key={permission}>
                      <Check size={16} aria-hidden /> {permissionTitle(t, permission)}
                    </li>
                  ))}
                </ul>
              </div>
            </div>
          </Panel>
          <Panel title={t('password.title')}>
            <PasswordForm />
          </Panel>
        </div>
        <Tokens />
        <Sessions />
      </div>
    </>
  );
}

function Sessions() {
  const { t } = useText();
  const sessions = useSessions();
  const end = useEndSession();
  return (
    <Panel title={t('sessions.title')} hint={t('sessions.hint')}>
      <Loaded query={sessions} waiting={<RowSkeleton rows={2} />}>
        {all => (
          <>
            <ul className={classes['list']}>
              {all.map(session => {
                const device = deviceName(session.user_agent) ?? t('sessions.unknown');
                return (
                  <li key={session.session_id}>
                    <span className={classes['about']}>
                      <strong>{device}</strong>
                      <small>
                        {session.address !== null && `${session.address} · `}
                        {t('sessions.used')} <TimeAgo at={session.last_used_at} />
                      </small>
                    </span>
                    {session.current ? (
                      <Pill tone="ok" icon="check">
                        {t('sessions.current')}
                      </Pill>
                    ) : (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t('sessions.endOne', { device })}
                        onClick={() => end.mutate(session.session_id)}
                      >
                        {t('sessions.end')}
                      </Button>
                    )}
                  </li>
                );
              })}
            </ul>
            {all.length > 1 && (
              <Button
                mt="md"
                variant="default"
                leftSection={<LogOut size={16} aria-hidden />}
                loading={end.isPending}
                onClick={() => end.mutate(null)}
              >
                {t('sessions.endOthers')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
