import { Module } from '@nestjs/common';
import { RoleController } from './role.controller.js';
import { UserController } from './user.controller.js';

/** Users, roles and permissions. */
@Module({ controllers: [UserController, RoleController] })
export class UserModule {}
