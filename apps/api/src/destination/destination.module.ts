import { Module } from '@nestjs/common';
import { DestinationController } from './destination.controller.js';

/** The places that backups are kept in. */
@Module({ controllers: [DestinationController] })
export class DestinationModule {}
