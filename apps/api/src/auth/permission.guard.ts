import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { BackupError } from '@satchel/domain';
import type { Request } from 'express';
import { isReading } from '../http/is-reading.js';
import { Refusals } from './refusals.js';
import type { RoutePolicy } from './route-policy.js';
import { isOpenToFirstPassword, policyOf } from './route-policy.js';

/** Lets a request through to a route only as far as the route says; a route that says nothing is refused. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly refusals: Refusals,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = policyOf(this.reflector, context);
    const request = context.switchToHttp().getRequest<Request>();
    const refusal = this.#judge(policy, request, isOpenToFirstPassword(this.reflector, context));
    if (refusal === null) return true;
    // Pages ask without having signed in all the time; to try and change something so is worth an entry.
    if (refusal.kind !== 'auth_error' || !isReading(request)) {
      await this.refusals.record(request, { reason: refusal.kind, permission: permissionOf(policy) });
    }
    throw refusal;
  }

  #judge(
    policy: RoutePolicy | undefined,
    { principal }: Request,
    openToFirstPassword: boolean,
  ): BackupError | null {
    if (policy === 'public') return null;
    if (principal === undefined) {
      return new BackupError(
        'auth_error',
        'You are not signed in, or your session has ended. Sign in again.',
      );
    }
    if (principal.user.mustChangePassword && !openToFirstPassword) {
      return new BackupError(
        'permission_error',
        'Choose a password of your own first: the one you have was given to you by somebody else.',
        { mustChangePassword: true },
      );
    }
    if (policy === 'signed-in') return null;
    if (policy === undefined) return new BackupError('permission_error', 'Nobody may do this.');
    if (principal.permissions.has(policy.permission)) return null;
    return new BackupError(
      'permission_error',
      `You may not do this: it needs the permission ${policy.permission}. Ask an administrator for it.`,
      { permission: policy.permission },
    );
  }
}

function permissionOf(policy: RoutePolicy | undefined): string | null {
  return typeof policy === 'object' ? policy.permission : null;
}
