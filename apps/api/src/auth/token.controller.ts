import { Body, Controller, Delete, Get, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OwnTokens } from '@satchel/use-cases';
import type { Request } from 'express';
import { z } from 'zod';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';
import type { TokenBody } from './auth.dto.js';
import { TOKEN_BODY, TOKEN_CREATED, TOKEN_REPLY, toTokenReply } from './auth.dto.js';
import { askerOf } from './principal.js';
import { SignedIn } from './route-policy.js';
import { API_TOKEN, CREATED_API_TOKEN } from './auth.examples.js';

/** Keys for scripts. A token cannot list, make or revoke tokens. */
@ApiTags('auth')
@Controller('auth/tokens')
export class TokenController {
  constructor(private readonly ownTokens: OwnTokens) {}

  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'The own API tokens, newest first' })
  @ApiReply(z.array(TOKEN_REPLY), {
    description: 'All of them, without their texts.',
    example: { message: '1 token.', data: [API_TOKEN] },
  })
  @ApiErrors('permission_error')
  async list(@Req() request: Request) {
    const tokens = await this.ownTokens.list(askerOf(request));
    return new Reply(
      `${tokens.length} ${tokens.length === 1 ? 'token' : 'tokens'}.`,
      tokens.map(toTokenReply),
    );
  }

  @Post()
  @SignedIn()
  @ApiOperation({
    summary: 'Make an API token',
    description:
      'Sent as `Authorization: Bearer satchel_pat_…`. It may do what both it and its owner may at the moment of use.',
  })
  @ApiReply(TOKEN_CREATED, {
    status: 201,
    description: 'The token, with its text.',
    example: { message: 'Here is your token. Keep it: it is not shown again.', data: CREATED_API_TOKEN },
  })
  @ApiErrors('validation_error', 'csrf_error', 'permission_error', 'conflict')
  async create(
    @Body({ schema: TOKEN_BODY }) { name, permissions, expires_at }: TokenBody,
    @Req() request: Request,
  ) {
    const created = await this.ownTokens.create(
      { name, permissions, expiresAt: expires_at },
      askerOf(request),
    );
    return new Reply('Here is your token. Keep it: it is not shown again.', {
      token: created.text.reveal(),
      ...toTokenReply(created.token),
    });
  }

  @Delete(':id')
  @SignedIn()
  @ApiOperation({ summary: 'Revoke one of the own API tokens' })
  @ApiReply(z.object({ token_id: z.uuid() }), {
    description: 'It is refused from now on.',
    example: { message: 'The token is revoked.', data: { token_id: API_TOKEN.token_id } },
  })
  @ApiErrors('validation_error', 'not_found', 'csrf_error', 'permission_error')
  async revoke(@Param('id', { schema: z.uuid() }) tokenId: string, @Req() request: Request) {
    await this.ownTokens.revoke(tokenId, askerOf(request));
    return new Reply('The token is revoked.', { token_id: tokenId });
  }
}
