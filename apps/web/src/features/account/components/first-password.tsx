import { Button } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useEffect } from 'react';
import { useText } from '../../../texts/use-text.js';
import { Brand } from '../../../ui/brand.js';
import { Panel } from '../../../ui/panel.js';
import { useSignOut } from '../../sign-in/api/sign-out.js';
import classes from './first-password.module.css';
import { PasswordForm } from './password-form.js';

/** Stands in front of everything until somebody whose password another one has made chooses their own. */
export function FirstPassword() {
  const { t } = useText();
  const signOut = useSignOut();
  useEffect(() => {
    document.title = `${t('firstPassword.title')} · Satchel`;
  }, [t]);
  return (
    <main className={classes['screen']}>
      <div className={classes['box']}>
        <Brand />
        <Panel>
          <h1 className={classes['title']}>
            <KeyRound size={24} aria-hidden /> {t('firstPassword.title')}
          </h1>
          <p className={classes['text']}>{t('firstPassword.text')}</p>
          <PasswordForm />
        </Panel>
        <Button variant="subtle" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t('shell.signOut')}
        </Button>
      </div>
    </main>
  );
}
