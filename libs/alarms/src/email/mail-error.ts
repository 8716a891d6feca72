import { BackupError } from '@satchel/domain';

const CONTEXT = { setting: 'SMTP_URL' };

/**
 * Says why a mail could not be sent. The server's own words are left out, and so is the cause: they repeat addresses and
 * now and then what was sent to log in.
 */
export function toMailError(
  thrown: unknown,
  { timedOutAfterMs }: { readonly timedOutAfterMs: number | null },
): BackupError {
  if (timedOutAfterMs !== null) {
    return unavailable(`did not take the message within ${timedOutAfterMs / 1000} seconds`);
  }
  const code = memberOf(thrown, 'code');
  const reply = memberOf(thrown, 'responseCode');
  if (code === 'EABORT') return unavailable('was not waited for: this process ends');
  if (code === 'EAUTH' && !(typeof reply === 'number' && reply < 500)) {
    return refused(`refuses user or password${inBrackets(reply)}. Check SMTP_URL`);
  }
  if (code === 'ETLS') {
    return refused(
      'offers no secure connection that can be trusted, and a password is not sent without one. Use smtps://, or give it a certificate that this machine trusts',
    );
  }
  if (typeof reply === 'number' && reply >= 500) {
    return refused(`refuses the message (SMTP ${reply}). Check ALARM_EMAIL_FROM and ALARM_EMAIL_TO`);
  }
  if (typeof reply === 'number') return unavailable(`cannot take the message now (SMTP ${reply})`);
  return unavailable(`is out of reach (${typeof code === 'string' ? code : 'no connection'})`);
}

function unavailable(what: string): BackupError {
  return new BackupError('unavailable', `The mail server of SMTP_URL ${what}.`, CONTEXT);
}

function refused(what: string): BackupError {
  return new BackupError('validation_error', `The mail server of SMTP_URL ${what}.`, CONTEXT);
}

function inBrackets(reply: unknown): string {
  return typeof reply === 'number' ? ` (SMTP ${reply})` : '';
}

function memberOf(thrown: unknown, name: string): unknown {
  return thrown instanceof Error ? (Reflect.get(thrown, name) as unknown) : undefined;
}
