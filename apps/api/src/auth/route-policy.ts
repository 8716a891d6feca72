import type { CustomDecorator, ExecutionContext } from '@nestjs/common';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiCookieAuth, ApiExtension } from '@nestjs/swagger';
import type { Permission } from '@satchel/domain';
import { ApiErrors } from '../http/envelope.dto.js';

/** Who may call a route. Without one, nobody may. */
export type RoutePolicy = 'public' | 'signed-in' | { readonly permission: Permission };

export const ROUTE_POLICY = 'satchel:route-policy';
const OPEN_TO_FIRST_PASSWORD = 'satchel:open-to-first-password';

function policy(value: RoutePolicy): CustomDecorator {
  return SetMetadata(ROUTE_POLICY, value);
}

/** Anyone may call this route; nobody is asked who they are. */
export function Public(): MethodDecorator {
  return policy('public');
}

/** Whoever has signed in may call this route: it concerns themselves alone, or is no secret to them. */
export function SignedIn(): MethodDecorator {
  return applyDecorators(policy('signed-in'), ...CREDENTIALS, ApiErrors('auth_error', 'rate_limited'));
}

/** Only who has this permission may call this route. */
export function RequirePermission(permission: Permission): MethodDecorator {
  return applyDecorators(
    policy({ permission }),
    ...CREDENTIALS,
    ApiExtension('x-permission', permission),
    ApiErrors('auth_error', 'permission_error', 'rate_limited'),
  );
}

/** Opens a route also to somebody who has to choose a password of their own first. */
export function OpenToFirstPassword(): MethodDecorator {
  return SetMetadata(OPEN_TO_FIRST_PASSWORD, true);
}

/** @returns undefined for a route that says nothing */
export function policyOf(reflector: Reflector, context: ExecutionContext): RoutePolicy | undefined {
  return reflector.getAllAndOverride<RoutePolicy | undefined>(ROUTE_POLICY, [
    context.getHandler(),
    context.getClass(),
  ]);
}

export function isOpenToFirstPassword(reflector: Reflector, context: ExecutionContext): boolean {
  return reflector.get<boolean | undefined>(OPEN_TO_FIRST_PASSWORD, context.getHandler()) === true;
}

/** How a request says who makes it, for the API's description. */
const CREDENTIALS = [ApiBearerAuth(), ApiCookieAuth()];
