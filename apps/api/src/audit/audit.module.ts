import { Module } from '@nestjs/common';
import { AuditLog } from '@satchel/domain';
import { ReadAuditLog } from '@satchel/use-cases';
import { AuditController } from './audit.controller.js';

/** The audit log, to be read. */
@Module({
  controllers: [AuditController],
  providers: [
    {
      provide: ReadAuditLog,
      inject: [AuditLog],
      useFactory: (audit: AuditLog) => new ReadAuditLog(audit),
    },
  ],
})
export class AuditModule {}
