import { Module } from '@nestjs/common';
import { AuditLog } from '@satchel/domain';
import { ReadAuditTrail } from '@satchel/use-cases';
import { AuditController } from './audit.controller.js';

/** The audit log, to be read. */
@Module({
  controllers: [AuditController],
  providers: [
    {
      provide: ReadAuditTrail,
      inject: [AuditLog],
      useFactory: (audit: AuditLog) => new ReadAuditTrail(audit),
    },
  ],
})
export class AuditModule {}
