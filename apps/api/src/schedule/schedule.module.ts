import { Module } from '@nestjs/common';
import { ScheduleController } from './schedule.controller.js';

/** Schedules of backups. */
@Module({ controllers: [ScheduleController] })
export class ScheduleModule {}
