import { Button } from '@mantine/core';
import { LogOut } from 'lucide-react';
import { useNavigate } from 'react-router';
import { paths } from '../../../lib/paths.js';
import { useText } from '../../../texts/use-text.js';
import { useMe } from '../../sign-in/api/get-session.js';
import { useSignOut } from '../../sign-in/api/sign-out.js';
import classes from './app-shell.module.css';
import { LanguageSwitch } from './language-switch.js';
import { ThemeSwitch } from './theme-switch.js';

/** Who one is, how one likes it, and the way out. */
export function SignedIn() {
  const { t } = useText();
  const { user } = useMe();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const name = user.full_name === '' ? user.username : user.full_name;
  return (
    <div className={classes['signedIn']}>
      <div className={classes['switches']}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <div className={classes['person']}>
        <span className={classes['avatar']} aria-hidden>
          {Array.from(name)[0]?.toLocaleUpperCase()}
        </span>
        <span className={classes['who']}>
          <strong>{name}</strong>
          <small>{user.username}</small>
        </span>
      </div>
      <Button
        variant="default"
        fullWidth
        leftSection={<LogOut size={16} aria-hidden />}
        loading={signOut.isPending}
        // Not by the way of who was thrown out: there is nothing to go on with.
        onClick={() => signOut.mutate(undefined, { onSuccess: () => void navigate(paths.signIn) })}
      >
        {t('shell.signOut')}
      </Button>
    </div>
  );
}
