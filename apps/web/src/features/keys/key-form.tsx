import { Button, Group, PasswordInput, SegmentedControl, Textarea } from '@mantine/core';
import { FileKey, KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useDropzone } from 'react-dropzone';
import type { BackupKey } from '../../lib/backup-key.js';
import { looksLikeIdentity, MAX_IDENTITY_BYTES } from '../../lib/backup-key.js';
import { useText } from '../../texts/use-text.js';
import { cx } from '../../ui/cx.js';
import classes from './key-form.module.css';

interface KeyFormProps {
  /** What was tried before; it is shown again, so that it can be put right. */
  readonly tried: BackupKey | null;
  /** What is wrong with it, beside the field. */
  readonly problem: string | null;
  readonly submit: string;
  readonly busy?: boolean;
  readonly onKey: (key: BackupKey) => void;
  /** Other ways on. */
  readonly actions?: ReactNode;
}

/** Asks for what opens an encrypted backup: an identity file that is dropped, chosen or pasted, or a passphrase. */
export function KeyForm({ tried, problem, submit, busy = false, onKey, actions }: KeyFormProps) {
  const { t } = useText();
  const [kind, setKind] = useState(tried !== null && 'passphrase' in tried ? 'passphrase' : 'identity');
  const [identity, setIdentity] = useState(tried !== null && 'identity' in tried ? tried.identity : '');
  const [passphrase, setPassphrase] = useState(
    tried !== null && 'passphrase' in tried ? tried.passphrase : '',
  );
  const [notice, setNotice] = useState<string | null>(problem);
  // A new answer; what was said before it was about what has been changed since.
  useEffect(() => setNotice(problem), [problem]);
  const given = kind === 'identity' ? identity.trim() : passphrase;
  return (
    <form
      className={classes['form']}
      // Browsers offer to keep what a form sends; this must not be kept.
      autoComplete="off"
      onSubmit={event => {
        event.preventDefault();
        if (given === '') return;
        if (kind === 'passphrase') onKey({ passphrase });
        else if (looksLikeIdentity(identity)) onKey({ identity: identity.trim() });
        else setNotice(t('key.notIdentity'));
      }}
    >
      <SegmentedControl
        aria-label={t('key.kind')}
        value={kind}
        style={{ justifySelf: 'start' }}
        data={[
          { value: 'identity', label: t('key.identity') },
          { value: 'passphrase', label: t('key.passphrase') },
        ]}
        onChange={next => {
          setKind(next);
          setNotice(null);
        }}
      />
      {kind === 'passphrase' ? (
        <PasswordInput
          label={t('key.passphrase')}
          value={passphrase}
          error={notice}
          autoComplete="off"
          data-1p-ignore
          maxLength={1024}
          maw={460}
          onChange={event => {
            setPassphrase(event.currentTarget.value);
            setNotice(null);
          }}
        />
      ) : (
        <IdentityField
          value={identity}
          error={notice}
          onChange={text => {
            setIdentity(text);
            setNotice(null);
          }}
          onRefused={() => setNotice(t('key.notIdentity'))}
        />
      )}
      <Group gap="sm">
        <Button
          type="submit"
          leftSection={<KeyRound size={16} aria-hidden />}
          loading={busy}
          disabled={given === ''}
        >
          {submit}
        </Button>
        {actions}
      </Group>
    </form>
  );
}

interface IdentityFieldProps {
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (text: string) => void;
  readonly onRefused: () => void;
}

function IdentityField({ value, error, onChange, onRefused }: IdentityFieldProps) {
  const { t } = useText();
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    multiple: false,
    noClick: true,
    noKeyboard: true,
    maxSize: MAX_IDENTITY_BYTES,
    onDrop: ([file]) => {
      if (file === undefined) onRefused();
      else void file.text().then(text => (looksLikeIdentity(text) ? onChange(text.trim()) : onRefused()));
    },
  });
  return (
    <div {...getRootProps()} className={cx(classes['drop'], isDragActive && classes['active'])}>
      <input {...getInputProps({ 'aria-label': t('key.file') })} />
      <Textarea
        label={t('key.identityText')}
        description={t('key.identityHint')}
        placeholder="AGE-SECRET-KEY-1…"
        value={value}
        error={error}
        rows={3}
        maxLength={MAX_IDENTITY_BYTES}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        data-1p-ignore
        classNames={{ input: classes['identity'] ?? '' }}
        onChange={event => onChange(event.currentTarget.value)}
      />
      <div>
        <Button variant="default" size="xs" leftSection={<FileKey size={14} aria-hidden />} onClick={open}>
          {t('key.choose')}
        </Button>
      </div>
    </div>
  );
}
