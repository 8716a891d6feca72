import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { CLI_CONTEXT, CliSession } from './cli-session.js';
import type { CliContext } from './cli-session.js';
import { AlarmsListCommand } from './commands/alarms/alarms-list.command.js';
import { AlarmsTestCommand } from './commands/alarms/alarms-test.command.js';
import { AlarmsCommand } from './commands/alarms/alarms.command.js';
import { AuditListCommand } from './commands/audit/audit-list.command.js';
import { AuditVerifyCommand } from './commands/audit/audit-verify.command.js';
import { AuditCommand } from './commands/audit/audit.command.js';
import { CatalogRebuildCommand } from './commands/catalog-rebuild.command.js';
import { CatalogCommand } from './commands/catalog.command.js';
import { CleanupCommand } from './commands/cleanup.command.js';
import { CreateCommand } from './commands/create.command.js';
import { DeleteCommand } from './commands/delete.command.js';
import { DrillCommand } from './commands/drill.command.js';
import { KeyCheckCommand } from './commands/key/key-check.command.js';
import { KeyCreateCommand } from './commands/key/key-create.command.js';
import { KeyCommand } from './commands/key/key.command.js';
import { ListCommand } from './commands/list.command.js';
import { PinCommand, UnpinCommand } from './commands/pin.command.js';
import { RestoreCommand } from './commands/restore.command.js';
import { RoleListCommand } from './commands/role/role-list.command.js';
import { RoleRemoveCommand } from './commands/role/role-remove.command.js';
import { RoleSetCommand } from './commands/role/role-set.command.js';
import { RoleCommand } from './commands/role/role.command.js';
import { SCHEDULE_COMMANDS, ScheduleCommand } from './commands/schedule/schedule.command.js';
import { StatusCommand } from './commands/status.command.js';
import { StorageCheckCommand } from './commands/storage/storage-check.command.js';
import { StorageCopyCommand } from './commands/storage/storage-copy.command.js';
import { StorageListCommand } from './commands/storage/storage-list.command.js';
import { StorageCommand } from './commands/storage/storage.command.js';
import { UndoCommand } from './commands/undo.command.js';
import { UserAddCommand } from './commands/user/user-add.command.js';
import { UserDisableCommand, UserEnableCommand } from './commands/user/user-enable.command.js';
import { UserGrantCommand } from './commands/user/user-grant.command.js';
import { UserListCommand } from './commands/user/user-list.command.js';
import { UserPasswdCommand } from './commands/user/user-passwd.command.js';
import { UserRolesCommand } from './commands/user/user-roles.command.js';
import { UserCommand } from './commands/user/user.command.js';
import { VerifyCommand } from './commands/verify.command.js';
import { RootHelp } from './commands/root-help.js';

/** The verbs of `backup_system`. */
@Module({})
export class CliModule {
  static forContext(context: CliContext): DynamicModule {
    return {
      module: CliModule,
      providers: [
        { provide: CLI_CONTEXT, useValue: context },
        CliSession,
        RootHelp,
        CreateCommand,
        RestoreCommand,
        ListCommand,
        CleanupCommand,
        DeleteCommand,
        StatusCommand,
        VerifyCommand,
        UndoCommand,
        DrillCommand,
        PinCommand,
        UnpinCommand,
        ScheduleCommand,
        ...SCHEDULE_COMMANDS,
        KeyCommand,
        KeyCreateCommand,
        KeyCheckCommand,
        CatalogCommand,
        CatalogRebuildCommand,
        StorageCommand,
        StorageListCommand,
        StorageCheckCommand,
        StorageCopyCommand,
        UserCommand,
        UserAddCommand,
        UserListCommand,
        UserPasswdCommand,
        UserRolesCommand,
        UserGrantCommand,
        UserEnableCommand,
        UserDisableCommand,
        RoleCommand,
        RoleListCommand,
        RoleSetCommand,
        RoleRemoveCommand,
        AuditCommand,
        AuditListCommand,
        AuditVerifyCommand,
        AlarmsCommand,
        AlarmsListCommand,
        AlarmsTestCommand,
      ],
    };
  }
}
