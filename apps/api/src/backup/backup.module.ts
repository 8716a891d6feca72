import { Module } from '@nestjs/common';
import { BackupController } from './backup.controller.js';
import { HistoryController } from './history.controller.js';

/** Backups: make, look at, verify; and the history of all jobs. */
@Module({ controllers: [BackupController, HistoryController] })
export class BackupModule {}
