import { Module } from '@nestjs/common';
import { JobController } from './job.controller.js';

/** Jobs: status, progress, cancel. */
@Module({ controllers: [JobController] })
export class JobModule {}
