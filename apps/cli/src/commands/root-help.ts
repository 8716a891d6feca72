import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { Command } from 'commander';
import { InjectCommander } from 'nest-commander';
import { EXIT_CODES_HELP } from '../exit-codes.js';
import { readVersion } from '../read-version.js';

const EXAMPLES = `
Examples:
  backup_system create --type=full --name=daily_backup
  backup_system list --limit=10
  backup_system verify --file=backups/daily_backup_20260301T091500_1b2c3d4e.json.zst
  backup_system restore --file=daily_backup_20260301T091500_1b2c3d4e.json.zst --mode=merge --dry-run
  backup_system schedule add nightly --cron="30 2 * * *"
  backup_system drill --type=full --report=drill.html
  backup_system <command> --help

Settings come from the environment and .env; docs/configuration.md lists them. Without DATABASE_URL an
embedded PostgreSQL with a demo school is used.`;

/** Names the program and fills in what its own `--help` says. */
@Injectable()
export class RootHelp implements OnModuleInit {
  constructor(@InjectCommander() private readonly program: Command) {}

  onModuleInit(): void {
    this.program
      .name('backup_system')
      .usage('<command> [options]')
      .description('Backs up and restores a PostgreSQL database.')
      .helpOption('-h, --help', 'show this help')
      .version(`backup_system ${readVersion()}`, '-V, --version', 'show the version')
      .addHelpText('after', EXAMPLES)
      .addHelpText('after', EXIT_CODES_HELP);
  }
}
