import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { TakeUpload } from '@satchel/use-cases';
import { z } from 'zod';
import { SignedIn } from '../auth/route-policy.js';
import { ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';

export const SYSTEM_LIMITS = z
  .object({
    max_backup_file_bytes: z
      .int()
      .min(1)
      .describe('Largest backup file that is taken, as it is sent: `MAX_BACKUP_FILE_SIZE`.'),
  })
  .meta({ id: 'SystemLimits' });

/** What the server takes at most, so that nobody has to send too much to find out. */
@ApiTags('system')
@Controller('system')
export class LimitsController {
  constructor(private readonly takeUpload: TakeUpload) {}

  @Get('limits')
  // Whoever restores need not be allowed to see how the system is.
  @SignedIn()
  @ApiOperation({ operationId: 'getSystemLimits', summary: 'What the server takes at most' })
  @ApiReply(SYSTEM_LIMITS, {
    description: 'The limits.',
    example: { message: 'What is taken at most.', data: { max_backup_file_bytes: 104_857_600 } },
  })
  limits() {
    return new Reply('What is taken at most.', { max_backup_file_bytes: this.takeUpload.maxBytes });
  }
}
