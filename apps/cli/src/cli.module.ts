import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { CLI_CONTEXT, CliSession } from './cli-session.js';
import type { CliContext } from './cli-session.js';
import { CatalogRebuildCommand } from './commands/catalog-rebuild.command.js';
import { CatalogCommand } from './commands/catalog.command.js';
import { CleanupCommand } from './commands/cleanup.command.js';
import { CreateCommand } from './commands/create.command.js';
import { ListCommand } from './commands/list.command.js';
import { RestoreCommand } from './commands/restore.command.js';
import { StatusCommand } from './commands/status.command.js';
import { UndoCommand } from './commands/undo.command.js';
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
        StatusCommand,
        VerifyCommand,
        UndoCommand,
        CatalogCommand,
        CatalogRebuildCommand,
      ],
    };
  }
}
