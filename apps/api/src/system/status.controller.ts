import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@satchel/domain';
import { MeasuredPromises, ReadAlarms, ServerStatus } from '@satchel/use-cases';
import { RequirePermission } from '../auth/route-policy.js';
import { ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';
import { KeepDays } from '../storage/keep-days.js';
import { alarmsData, statusData } from './status-data.js';
import { SYSTEM_STATUS } from './status.dto.js';
import { WORKING_SYSTEM } from './status.examples.js';

@ApiTags('system')
@Controller('system')
export class StatusController {
  constructor(
    private readonly serverStatus: ServerStatus,
    private readonly promises: MeasuredPromises,
    private readonly alarms: ReadAlarms,
    private readonly clock: Clock,
    private readonly keepDays: KeepDays,
  ) {}

  @Get('status')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'getSystemStatus',
    summary: 'Database, storage space, queue, workers, recent jobs, newest backups, health of each service',
    description:
      'A part that is down is an answer, not an error. Answers are up to ten seconds old, so that it may be asked often.',
  })
  @ApiReply(SYSTEM_STATUS, {
    description: 'How everything is.',
    example: { message: 'Everything works, and every type of backup is there.', data: WORKING_SYSTEM },
  })
  async status() {
    const [status, promises, alarms] = await Promise.all([
      this.serverStatus.run(),
      this.promises.read(),
      this.alarms.summary(),
    ]);
    const broken = status.services.filter(({ healthy }) => !healthy).map(({ name }) => name);
    return new Reply(
      broken.length > 0
        ? `Something is wrong with: ${broken.join(', ')}.`
        : status.healthy
          ? 'Everything works, and every type of backup is there.'
          : 'Everything works, but not every type is protected by a good backup.',
      {
        ...statusData(status, promises, this.clock.now(), this.keepDays.days),
        alarms: alarmsData(alarms),
      },
    );
  }
}
