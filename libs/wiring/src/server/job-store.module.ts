import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';

/** The truth about jobs, in the catalog's database; what carries them comes on top. */
@Module({})
export class JobStoreModule {
  static on(wiring: DynamicModule): DynamicModule {
    return { module: JobStoreModule, imports: [wiring], exports: [wiring] };
  }
}
