import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { DownloadController } from './download.controller.js';
import { KeepDays } from './keep-days.js';
import { PinController } from './pin.controller.js';
import { StorageController } from './storage.controller.js';

/** The files of backups: download, delete, clean up. */
@Module({})
export class StorageModule {
  static forOptions({ retentionDays }: { readonly retentionDays: number }): DynamicModule {
    return {
      module: StorageModule,
      controllers: [DownloadController, StorageController, PinController],
      providers: [{ provide: KeepDays, useFactory: () => new KeepDays(retentionDays) }],
    };
  }
}
