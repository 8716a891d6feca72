import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { BackupError } from '@satchel/domain';
import type { Request } from 'express';
import type { RoutePolicy } from './route-policy.js';
import { ROUTE_POLICY } from './route-policy.js';

/** Lets a request through to a route only as far as the route says; a route that says nothing is refused. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const policy = this.reflector.getAllAndOverride<RoutePolicy | undefined>(ROUTE_POLICY, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (policy === 'public') return true;
    const { principal } = context.switchToHttp().getRequest<Request>();
    if (principal === undefined) {
      throw new BackupError('auth_error', 'You are not signed in, or your session has ended. Sign in again.');
    }
    if (policy === 'signed-in') return true;
    if (policy !== undefined && principal.permissions.has(policy.permission)) return true;
    throw new BackupError(
      'permission_error',
      policy === undefined
        ? 'Nobody may do this.'
        : `You may not do this: it needs the permission ${policy.permission}. Ask an administrator for it.`,
      policy === undefined ? {} : { permission: policy.permission },
    );
  }
}
