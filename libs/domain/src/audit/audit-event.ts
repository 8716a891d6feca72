import type { Actor } from '../identity/actor.js';

/** What can be done. `<noun>.<verb>`; the list is closed so that filters can offer it. */
export const AUDIT_ACTIONS = [
  'backup.create',
  'backup.delete',
  'backup.download',
  'backup.verify',
  'backup.cleanup',
  'restore.analyze',
  'restore.run',
  'restore.undo',
  'backup.pin',
  'backup.unpin',
  'drill.run',
  'schedule.create',
  'schedule.update',
  'schedule.delete',
  'schedule.pause',
  'schedule.resume',
  'schedule.run',
  'job.cancel',
  'history.export',
  'audit.export',
  'catalog.rebuild',
  'copy.verify',
  'copy.replace',
  'storage.check',
  'session.sign_in',
  'session.sign_out',
  'session.refresh',
  'session.revoke',
  'token.create',
  'token.revoke',
  'user.create',
  'user.update',
  'user.reset_password',
  'user.change_password',
  'role.create',
  'role.update',
  'role.delete',
  'alarm.test',
  'alarm.acknowledge',
  'request.refused',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_OUTCOMES = ['requested', 'success', 'failed', 'cancelled', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** One thing that somebody did, or was refused. Holds no secret and no row. */
export interface NewAuditEvent {
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  /** Id of the backup, job, user … that it was done to; null if there is none. */
  readonly subject: string | null;
  /** What a person needs to understand it: type, mode, file name, counts, kind of error. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** An entry of the log. */
export interface AuditEvent extends NewAuditEvent {
  /** 1 for the first; without gaps. */
  readonly number: number;
  readonly at: Date;
  /** `hmac-sha256:` over this entry and the hash before, with a key of the installation. */
  readonly hash: string;
}
