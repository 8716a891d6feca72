import { Module } from '@nestjs/common';
import { AlarmController } from './alarm.controller.js';

/** Alarms: to be read, tested and acknowledged. */
@Module({ controllers: [AlarmController] })
export class AlarmModule {}
