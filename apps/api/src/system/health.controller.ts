import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Public } from '../auth/route-policy.js';
import { ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';

/** For whoever watches over the process: is it there? */
@ApiTags('system')
@Controller()
export class HealthController {
  @Get('healthz')
  @Public()
  @ApiReply(z.object({ alive: z.literal(true) }), { description: 'The process is alive.' })
  alive() {
    return new Reply('Alive.', { alive: true as const });
  }
}
