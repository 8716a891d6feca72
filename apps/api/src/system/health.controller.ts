import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { BackupError } from '@satchel/domain';
import { ServerStatus } from '@satchel/use-cases';
import { z } from 'zod';
import { Public } from '../auth/route-policy.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';

const READY = z.object({
  services: z.record(z.string(), z.object({ status: z.enum(['up', 'down']) })),
});

/** For whoever watches over the process: is it there, and can it work? */
@ApiTags('system')
@Controller()
export class HealthController {
  constructor(
    private readonly serverStatus: ServerStatus,
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  @Get('healthz')
  @Public()
  @ApiOperation({ operationId: 'getAlive', summary: 'Whether the process is alive' })
  @ApiReply(z.object({ alive: z.literal(true) }), {
    description: 'The process is alive.',
    example: { message: 'Alive.', data: { alive: true } },
  })
  alive() {
    return new Reply('Alive.', { alive: true as const });
  }

  @Get('readyz')
  @Public()
  @ApiOperation({
    operationId: 'getReady',
    summary: 'Whether database, catalog, storage and queue are there to work with',
  })
  @ApiReply(READY, {
    description: 'All of them are.',
    example: {
      message: 'Ready.',
      data: {
        services: {
          database: { status: 'up' },
          catalog: { status: 'up' },
          storage: { status: 'up' },
          queue: { status: 'up' },
          workers: { status: 'up' },
        },
      },
    },
  })
  @ApiErrors('unavailable')
  async ready() {
    const services = await this.serverStatus.services();
    // Anyone may ask: which part is away is said, why is for those who have signed in.
    const result = await this.checks
      .check(
        services.map(({ name, healthy }) => () => {
          const indicator = this.indicators.check(name);
          return healthy ? indicator.up() : indicator.down();
        }),
      )
      .catch(() => null);
    if (result === null) {
      const down = services.filter(({ healthy }) => !healthy).map(({ name }) => name);
      throw new BackupError('unavailable', `Not ready: ${down.join(', ')} cannot be used.`, {
        services: down,
      });
    }
    return new Reply('Ready.', { services: result.details });
  }
}
