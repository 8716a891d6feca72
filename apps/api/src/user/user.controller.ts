import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Secret } from '@satchel/domain';
import { EditUsers } from '@satchel/use-cases';
import type { Request } from 'express';
import { z } from 'zod';
import { ENDED_REPLY } from '../auth/auth.dto.js';
import { askerOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pageOf, toPage, toRange } from '../http/page.dto.js';
import { Reply } from '../http/reply.js';
import type { NewUserBody, UserChangeBody, UserQuery } from './user.dto.js';
import {
  NEW_PASSWORD_REPLY,
  NEW_USER_BODY,
  NEW_USER_REPLY,
  toUserReply,
  USER_CHANGE_BODY,
  USER_QUERY,
  USER_REPLY,
} from './user.dto.js';
import { METTE, METTE_AS_RESTORER, NEW_METTE } from './user.examples.js';

const USER_ID = z.uuid();

/** Who may sign in, and what they may do. Nobody gives what they do not have, or decides over who has more. */
@ApiTags('users')
@Controller('users')
export class UserController {
  constructor(private readonly editUsers: EditUsers) {}

  @Get()
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'The users, by user name' })
  @ApiReply(pageOf(USER_REPLY), {
    description: 'A page of them.',
    example: { message: '1 user.', data: { items: [METTE], total: 1, page: 1, page_size: 25, pages: 1 } },
  })
  @ApiErrors('validation_error')
  async list(@Query({ schema: USER_QUERY }) query: UserQuery, @Req() request: Request) {
    const { search } = query;
    const { total, items } = await this.editUsers.list(
      { ...toRange(query), ...(search ? { search } : {}) },
      askerOf(request),
    );
    return new Reply(
      `${total} ${total === 1 ? 'user' : 'users'}.`,
      toPage(items.map(toUserReply), total, query),
    );
  }

  @Post()
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'Add a user' })
  @ApiReply(NEW_USER_REPLY, {
    status: 201,
    description: 'The user, and a password if one was made.',
    example: { message: 'Added m.larsen.', data: { user: NEW_METTE, password: 'staple-garden-river' } },
  })
  @ApiErrors('validation_error', 'conflict', 'csrf_error')
  async create(@Body({ schema: NEW_USER_BODY }) body: NewUserBody, @Req() request: Request) {
    const { user, password } = await this.editUsers.create(
      {
        username: body.username,
        fullName: body.full_name,
        roles: body.roles,
        grants: body.grants,
        password: body.password === undefined ? null : new Secret(body.password),
      },
      askerOf(request),
    );
    return new Reply(`Added ${user.username}.`, {
      user: toUserReply(user),
      password: password?.reveal() ?? null,
    });
  }

  @Get(':id')
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'One user' })
  @ApiReply(USER_REPLY, { description: 'The user.', example: { message: 'm.larsen', data: METTE } })
  @ApiErrors('validation_error', 'not_found')
  async get(@Param('id', { schema: USER_ID }) userId: string, @Req() request: Request) {
    const user = await this.editUsers.get(userId, askerOf(request));
    return new Reply(user.username, toUserReply(user));
  }

  @Patch(':id')
  @RequirePermission('backup.change_user')
  @ApiOperation({
    summary: 'Change a user',
    description: 'Takes effect with their next request. `active: false` signs them out everywhere.',
  })
  @ApiReply(USER_REPLY, {
    description: 'The user as they are now.',
    example: { message: 'Changed m.larsen.', data: METTE_AS_RESTORER },
  })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'csrf_error')
  async change(
    @Param('id', { schema: USER_ID }) userId: string,
    @Body({ schema: USER_CHANGE_BODY }) { full_name, active, roles, grants }: UserChangeBody,
    @Req() request: Request,
  ) {
    const user = await this.editUsers.change(
      userId,
      {
        ...(full_name === undefined ? {} : { fullName: full_name }),
        ...(active === undefined ? {} : { active }),
        ...(roles === undefined ? {} : { roles }),
        ...(grants === undefined ? {} : { grants }),
      },
      askerOf(request),
    );
    return new Reply(`Changed ${user.username}.`, toUserReply(user));
  }

  @Post(':id/reset-password')
  @HttpCode(200)
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'Give a user a new random password, and sign them out everywhere' })
  @ApiReply(NEW_PASSWORD_REPLY, {
    description: 'The password, told once.',
    example: {
      message: 'Here is the new password. It is not shown again.',
      data: { password: 'staple-garden-river' },
    },
  })
  @ApiErrors('validation_error', 'not_found', 'csrf_error')
  async resetPassword(@Param('id', { schema: USER_ID }) userId: string, @Req() request: Request) {
    const password = await this.editUsers.resetPassword(userId, null, askerOf(request));
    return new Reply('Here is the new password. It is not shown again.', {
      password: password?.reveal() ?? '',
    });
  }

  @Delete(':id/sessions')
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'Sign a user out everywhere' })
  @ApiReply(ENDED_REPLY, {
    description: 'How many sessions were ended.',
    example: { message: 'The user is signed out everywhere.', data: { ended_sessions: 2 } },
  })
  @ApiErrors('validation_error', 'not_found', 'csrf_error')
  async endSessions(@Param('id', { schema: USER_ID }) userId: string, @Req() request: Request) {
    const ended = await this.editUsers.endSessions(userId, askerOf(request));
    return new Reply('The user is signed out everywhere.', { ended_sessions: ended });
  }
}
