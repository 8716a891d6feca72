import { Module } from '@nestjs/common';
import { DrillController } from './drill.controller.js';

/** Restore drills and their reports. */
@Module({ controllers: [DrillController] })
export class DrillModule {}
