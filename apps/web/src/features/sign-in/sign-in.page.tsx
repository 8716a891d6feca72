import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { ShieldCheck } from 'lucide-react';
import { useEffect } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { isApiError } from '../../lib/api-error.js';
import { problemText } from '../../lib/problem-text.js';
import { useText } from '../../texts/use-text.js';
import { Brand } from '../../ui/brand.js';
import { Notice } from '../../ui/notice.js';
import { LanguageSwitch } from '../shell/components/language-switch.js';
import { ThemeSwitch } from '../shell/components/theme-switch.js';
import { useSession } from './api/get-session.js';
import { useSignIn } from './api/sign-in.js';
import { safeNext } from './safe-next.js';
import classes from './sign-in.module.css';

/** Where one comes in. */
export function SignInPage() {
  const { t } = useText();
  const { data: me } = useSession();
  const [search] = useSearchParams();
  const signIn = useSignIn();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '' },
    validate: {
      username: value => (value.trim() === '' ? t('signIn.usernameMissing') : null),
      password: value => (value === '' ? t('signIn.passwordMissing') : null),
    },
  });
  useEffect(() => {
    document.title = `${t('signIn.title')} · Satchel`;
  }, [t]);
  if (me) return <Navigate to={safeNext(search.get('next'))} replace />;
  return (
    <div className={classes['screen']}>
      <aside className={classes['aside']}>
        <Brand onAccent />
        <div className={classes['promise']}>
          <ShieldCheck size={34} aria-hidden />
          <p className={classes['claim']}>{t('signIn.claim')}</p>
          <p className={classes['claimText']}>{t('signIn.claimText')}</p>
        </div>
      </aside>
      <main className={classes['main']}>
        <form
          className={classes['form']}
          noValidate
          onSubmit={form.onSubmit(
            values => signIn.mutate({ ...values, username: values.username.trim() }),
            errors => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
          )}
        >
          <h1 className={classes['title']}>{t('signIn.title')}</h1>
          {search.has('next') && !signIn.isError && <Notice tone="info">{t('signIn.again')}</Notice>}
          {signIn.isError && (
            <Notice tone="bad" live>
              {isApiError(signIn.error, 'auth_error') ? t('signIn.wrong') : problemText(t, signIn.error)}
              {isApiError(signIn.error) && signIn.error.facts.retryAfterSeconds !== undefined && (
                <> {t('signIn.wait', { count: Math.ceil(signIn.error.facts.retryAfterSeconds) })}</>
              )}
            </Notice>
          )}
          <TextInput
            label={t('signIn.username')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            size="md"
            autoFocus
            key={form.key('username')}
            {...form.getInputProps('username')}
          />
          <PasswordInput
            label={t('signIn.password')}
            autoComplete="current-password"
            size="md"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" variant="gradient" size="md" fullWidth loading={signIn.isPending}>
            {t('signIn.submit')}
          </Button>
          <p className={classes['help']}>{t('signIn.help')}</p>
        </form>
        <footer className={classes['footer']}>
          <LanguageSwitch />
          <ThemeSwitch />
        </footer>
      </main>
    </div>
  );
}
