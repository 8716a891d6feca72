import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import toast from 'react-hot-toast';
import { isApiError } from '../../lib/api-error.js';
import type { BackupKey } from '../../lib/backup-key.js';
import { problemText } from '../../lib/problem-text.js';
import { useText } from '../../texts/use-text.js';
import { backupQuery } from './api/get-backup.js';
import type { ToVerify } from './api/verify-backup.js';
import { useVerifyBackups } from './api/verify-backup.js';

/** Backups that wait for a key, and what is wrong with the one that was given. */
export interface KeyQuestion {
  readonly backups: readonly ToVerify[];
  readonly problem: string | null;
}

/**
 * Has backups read back. Where one is encrypted a key is asked for first, one for all of them: the question is to be shown by a
 * `VerifyDialog`. The list of jobs does not say what is encrypted, so that each backup is looked at.
 */
export function useVerify(onStarted?: () => void) {
  const { t } = useText();
  const client = useQueryClient();
  const { mutateAsync: send, isPending } = useVerifyBackups();
  const [question, setQuestion] = useState<KeyQuestion | null>(null);

  const start = useCallback(
    async (backups: readonly ToVerify[], key?: BackupKey) => {
      const { started, refused } = await send({ backups, key });
      const [only] = started;
      if (only !== undefined) {
        if (started.length === 1) toast(t('verify.started', { name: only.name }));
        else toast(t('verify.startedMany', { count: started.length }));
        onStarted?.();
      }
      const [first] = refused;
      const problem =
        first === undefined
          ? null
          : isApiError(first.error, 'wrong_key')
            ? t('key.wrong')
            : problemText(t, first.error);
      // What is wrong with a key is said beside it, and the others have been started.
      const again = key !== undefined && problem !== null;
      setQuestion(again ? { backups: refused.map(({ backup }) => backup), problem } : null);
      if (problem !== null && !again) toast.error(problem);
    },
    [send, t, onStarted],
  );

  const verify = useCallback(
    async (backups: readonly Omit<ToVerify, 'encrypted'>[]) => {
      const known = await Promise.all(
        backups.map(async backup => {
          // One that cannot be looked at is asked for all the same: that answer says why.
          const details = await client.fetchQuery(backupQuery(backup.backupId)).catch(() => null);
          return { ...backup, encrypted: details !== null && details.encryption !== null };
        }),
      );
      if (known.some(({ encrypted }) => encrypted)) setQuestion({ backups: known, problem: null });
      else await start(known);
    },
    [client, start],
  );

  return {
    verify,
    isPending,
    dialog: {
      question,
      busy: isPending,
      onKey: (key?: BackupKey) => void start(question?.backups ?? [], key),
      onClose: () => setQuestion(null),
    },
  };
}
