import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CheckDestination, ListDestinations } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { clientSignal } from '../http/client-signal.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';
import { checkData, destinationData } from './destination-data.js';
import { OFF_SITE, OFF_SITE_CHECK } from './destination.examples.js';
import { DESTINATION_CHECK, DESTINATIONS } from './destination.dto.js';

/** The places that backups are kept in. */
@ApiTags('storage')
@Controller('storage/destinations')
export class DestinationController {
  constructor(
    private readonly listDestinations: ListDestinations,
    private readonly checkDestination: CheckDestination,
  ) {}

  @Get()
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'listDestinations',
    summary: 'Where backups are kept: what can be reached, what is in it, what it lacks',
  })
  @ApiReply(DESTINATIONS, {
    description: 'The primary first.',
    example: { message: 'Backups are kept in one place.', data: { items: [OFF_SITE] } },
  })
  async list() {
    const { destinations, warnings } = await this.listDestinations.run();
    return new Reply(
      `Backups are kept in ${destinations.length === 1 ? 'one place' : `${destinations.length} places`}.`,
      { items: destinations.map(destinationData) },
      warnings,
    );
  }

  @Post(':name/check')
  @HttpCode(200)
  @RequirePermission('backup.change_settings')
  @ApiOperation({
    operationId: 'checkDestination',
    summary: 'Try out all that a destination must do, in a place of its own there, and clean up',
    description: 'Writes about 250 MB, one after another; over a slow line that takes its time.',
  })
  @ApiParam({ name: 'name', description: 'One of `BACKUP_DESTINATIONS`.' })
  @ApiReply(DESTINATION_CHECK, {
    description: 'What was tried, and what came of it.',
    example: { message: 'The destination does all that backups need.', data: OFF_SITE_CHECK },
  })
  @ApiErrors('not_found')
  async check(
    @Param('name') name: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const signal = clientSignal(request, response);
    const result = await this.checkDestination.run({ name }, { actor: actorOf(request), signal });
    return new Reply(
      result.passed
        ? 'The destination does all that backups need.'
        : 'The destination cannot be trusted with backups.',
      checkData(result),
      result.warnings,
    );
  }
}
