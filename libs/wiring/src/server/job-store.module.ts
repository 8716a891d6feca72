import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { JobStore } from '@satchel/domain';
import { ProtectedDatabase } from '../protected-database.js';
import { OnDemandJobStore } from './on-demand-job-store.js';

/** The truth about jobs, in the catalog's database; what carries them comes on top. */
@Module({})
export class JobStoreModule {
  static on(wiring: DynamicModule): DynamicModule {
    return {
      module: JobStoreModule,
      imports: [wiring],
      providers: [
        {
          provide: JobStore,
          inject: [ProtectedDatabase],
          useFactory: (database: ProtectedDatabase) => new OnDemandJobStore(() => database.openJobStore()),
        },
      ],
      exports: [JobStore, wiring],
    };
  }
}
