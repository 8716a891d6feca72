import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { PinBackups } from '@satchel/use-cases';
import type { Request } from 'express';
import { z } from 'zod';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { ID, pathId } from '../http/ids.js';
import { Reply } from '../http/reply.js';
import { BACKUP_ID } from '../job/job.examples.js';
import { YEAR_END } from './storage.examples.js';
import type { NewPinBody } from './pin.dto.js';
import { NEW_PIN, PIN, pinData } from './pin.dto.js';

/** Backups that nothing deletes, and why. */
@ApiTags('backups')
@Controller('pins')
export class PinController {
  constructor(private readonly pins: PinBackups) {}

  @Get()
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({ operationId: 'listPins', summary: 'Backups that are pinned, newest pin first' })
  @ApiReply(z.object({ items: z.array(PIN) }), {
    description: 'All of them.',
    example: { message: '1 backup is pinned.', data: { items: [YEAR_END] } },
  })
  @ApiErrors('unavailable')
  async list() {
    const pins = await this.pins.list();
    const count = pins.length === 1 ? '1 backup is' : `${pins.length} backups are`;
    return new Reply(`${count} pinned.`, { items: pins.map(pinData) });
  }

  @Put(':backup_id')
  @RequirePermission('backup.delete_backupjob')
  @ApiOperation({ operationId: 'pinBackup', summary: 'Keep a backup until it is unpinned, and say why' })
  @ApiParam({ name: 'backup_id', format: 'uuid' })
  @ApiReply(PIN, {
    description: 'It is pinned; one that was already has the new reason.',
    example: { message: 'The backup is pinned.', data: YEAR_END },
  })
  @ApiErrors('validation_error', 'not_found', 'unavailable')
  async pin(
    @Param('backup_id') given: string,
    @Body({ schema: NEW_PIN }) { reason }: NewPinBody,
    @Req() request: Request,
  ) {
    const pin = await this.pins.pin(
      { backupId: pathId('backup', given), reason },
      { actor: actorOf(request) },
    );
    return new Reply('The backup is pinned.', pinData(pin));
  }

  @Delete(':backup_id')
  @HttpCode(200)
  @RequirePermission('backup.delete_backupjob')
  @ApiOperation({ operationId: 'unpinBackup', summary: 'Let the rules decide on a backup again' })
  @ApiParam({ name: 'backup_id', format: 'uuid' })
  @ApiReply(z.object({ backup_id: ID }), {
    description: 'It is not pinned any more.',
    example: { message: 'The backup is not pinned any more.', data: { backup_id: BACKUP_ID } },
  })
  @ApiErrors('not_found', 'unavailable')
  async unpin(@Param('backup_id') given: string, @Req() request: Request) {
    const backupId = pathId('backup', given);
    await this.pins.unpin(backupId, { actor: actorOf(request) });
    return new Reply('The backup is not pinned any more.', { backup_id: backupId });
  }
}
