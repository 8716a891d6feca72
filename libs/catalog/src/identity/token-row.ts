import { isPermission, type ApiToken } from '@satchel/domain';

export interface TokenRow {
  readonly token_id: string;
  readonly token_user_id: string;
  readonly token_name: string;
  readonly token_permissions: readonly string[];
  readonly token_created_at: Date;
  readonly token_expires_at: Date;
  readonly token_last_used_at: Date | null;
}

/** What is selected of `"satchel"."api_token" AS t`; named so that a user's columns can stand beside it. */
export const TOKEN_COLUMNS = `t."token_id", t."user_id" AS token_user_id, t."name" AS token_name,
  t."permissions" AS token_permissions, t."created_at" AS token_created_at, t."expires_at" AS token_expires_at,
  t."last_used_at" AS token_last_used_at`;

export function tokenOf(row: TokenRow): ApiToken {
  return {
    tokenId: row.token_id,
    userId: row.token_user_id,
    name: row.token_name,
    permissions: row.token_permissions.filter(isPermission),
    createdAt: row.token_created_at,
    expiresAt: row.token_expires_at,
    lastUsedAt: row.token_last_used_at,
  };
}
