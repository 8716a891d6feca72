import { Body, Controller, Delete, Get, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { PERMISSION_TITLES, PERMISSIONS } from '@satchel/domain';
import { EditRoles } from '@satchel/use-cases';
import type { Request } from 'express';
import { z } from 'zod';
import { askerOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';
import { PERMISSION_REPLY } from './permission.dto.js';
import type { NewRoleBody, RoleChangeBody } from './role.dto.js';
import { NEW_ROLE_BODY, ROLE_CHANGE_BODY, ROLE_NAME, ROLE_REPLY, toRoleReply } from './role.dto.js';
import { MAKE_BACKUPS, NIGHT_SHIFT, OPERATOR } from './user.examples.js';

/** Named lists of permissions. Nobody puts into a role, or takes out of it, what they do not have. */
@ApiTags('users')
@Controller()
export class RoleController {
  constructor(private readonly editRoles: EditRoles) {}

  @Get('roles')
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'The roles, by name' })
  @ApiReply(z.array(ROLE_REPLY), {
    description: 'All of them; there are few.',
    example: { message: '1 role.', data: [OPERATOR] },
  })
  async list() {
    const roles = await this.editRoles.list();
    return new Reply(`${roles.length} ${roles.length === 1 ? 'role' : 'roles'}.`, roles.map(toRoleReply));
  }

  @Post('roles')
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'Add a role' })
  @ApiReply(ROLE_REPLY, {
    status: 201,
    description: 'The role.',
    example: { message: 'Added the role night_shift.', data: NIGHT_SHIFT },
  })
  @ApiErrors('validation_error', 'conflict', 'csrf_error')
  async create(@Body({ schema: NEW_ROLE_BODY }) body: NewRoleBody, @Req() request: Request) {
    const role = await this.editRoles.create(body, askerOf(request));
    return new Reply(`Added the role ${role.name}.`, toRoleReply(role));
  }

  @Patch('roles/:name')
  @RequirePermission('backup.change_user')
  @ApiOperation({
    summary: 'Change a role',
    description: 'Takes effect with the next request of whoever has it.',
  })
  @ApiReply(ROLE_REPLY, {
    description: 'The role as it is now.',
    example: { message: 'Changed the role night_shift.', data: NIGHT_SHIFT },
  })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'csrf_error')
  async change(
    @Param('name', { schema: ROLE_NAME }) name: string,
    @Body({ schema: ROLE_CHANGE_BODY }) { title, permissions }: RoleChangeBody,
    @Req() request: Request,
  ) {
    const role = await this.editRoles.change(
      name,
      { ...(title === undefined ? {} : { title }), ...(permissions === undefined ? {} : { permissions }) },
      askerOf(request),
    );
    return new Reply(`Changed the role ${role.name}.`, toRoleReply(role));
  }

  @Delete('roles/:name')
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'Remove a role that nobody has' })
  @ApiReply(z.object({ name: z.string() }), {
    description: 'It is gone.',
    example: { message: 'Removed the role night_shift.', data: { name: NIGHT_SHIFT.name } },
  })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'csrf_error')
  async remove(@Param('name', { schema: ROLE_NAME }) name: string, @Req() request: Request) {
    await this.editRoles.remove(name, askerOf(request));
    return new Reply(`Removed the role ${name}.`, { name });
  }

  @Get('permissions')
  @RequirePermission('backup.change_user')
  @ApiOperation({ summary: 'What can be permitted' })
  @ApiReply(z.array(PERMISSION_REPLY), {
    description: 'All permissions, each with what it means.',
    example: { message: '7 permissions.', data: [MAKE_BACKUPS] },
  })
  permissions() {
    return new Reply(
      `${PERMISSIONS.length} permissions.`,
      PERMISSIONS.map(name => ({ name, title: PERMISSION_TITLES[name] })),
    );
  }
}
