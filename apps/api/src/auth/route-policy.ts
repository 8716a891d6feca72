import type { CustomDecorator } from '@nestjs/common';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { Permission } from '@satchel/domain';
import { ApiErrors } from '../http/envelope.dto.js';

/** Who may call a route. Without one, nobody may. */
export type RoutePolicy = 'public' | 'signed-in' | { readonly permission: Permission };

export const ROUTE_POLICY = 'satchel:route-policy';

function policy(value: RoutePolicy): CustomDecorator {
  return SetMetadata(ROUTE_POLICY, value);
}

/** Anyone may call this route. */
export function Public(): MethodDecorator {
  return policy('public');
}

/** Whoever has signed in may call this route: it concerns themselves alone. */
export function SignedIn(): MethodDecorator {
  return applyDecorators(policy('signed-in'), ApiBearerAuth(), ApiErrors('auth_error', 'rate_limited'));
}

/** Only who has this permission may call this route. */
export function RequirePermission(permission: Permission): MethodDecorator {
  return applyDecorators(
    policy({ permission }),
    ApiBearerAuth(),
    ApiExtension('x-permission', permission),
    ApiErrors('auth_error', 'permission_error', 'rate_limited'),
  );
}
