import { Button, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { problemText } from '../../../lib/problem-text.js';
import { useText } from '../../../texts/use-text.js';
import { Notice } from '../../../ui/notice.js';
import { useChangePassword } from '../api/change-password.js';

/** Changes one's own password. */
export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { t } = useText();
  const change = useChangePassword();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { old_password: '', password: '', again: '' },
    validate: {
      old_password: value => (value === '' ? t('signIn.passwordMissing') : null),
      password: (value, { old_password }) =>
        value.length < MIN_LENGTH
          ? t('password.short', { count: MIN_LENGTH })
          : value === old_password
            ? t('password.same')
            : null,
      again: (value, { password }) => (value === password ? null : t('password.differs')),
    },
  });
  const eye = { visibilityToggleButtonProps: { 'aria-label': t('signIn.showPassword') } };
  return (
    <form
      noValidate
      style={{ display: 'grid', gap: 16, maxWidth: 420 }}
      onSubmit={form.onSubmit(
        ({ old_password, password }) =>
          change.mutate(
            { old_password, password },
            {
              onSuccess: () => {
                form.reset();
                onDone?.();
              },
            },
          ),
        errors => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
      )}
    >
      <PasswordInput
        label={t('password.old')}
        autoComplete="current-password"
        {...eye}
        key={form.key('old_password')}
        {...form.getInputProps('old_password')}
      />
      <PasswordInput
        label={t('password.new')}
        description={t('password.hint', { count: MIN_LENGTH })}
        autoComplete="new-password"
        {...eye}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <PasswordInput
        label={t('password.again')}
        autoComplete="new-password"
        {...eye}
        key={form.key('again')}
        {...form.getInputProps('again')}
      />
      {change.isError && (
        <Notice tone="bad" live>
          {problemText(t, change.error)}
        </Notice>
      )}
      {change.isSuccess && (
        <Notice tone="ok" live>
          {t('password.done')}
        </Notice>
      )}
      <div>
        <Button type="submit" loading={change.isPending}>
          {t('password.submit')}
        </Button>
      </div>
    </form>
  );
}

/** The server has the last word on what a good password is. */
const MIN_LENGTH = 10;
