import { Body, Controller, Delete, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { DeleteBackup, PruneBackups, RequestJob } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { clientSignal } from '../http/client-signal.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pathId } from '../http/ids.js';
import { Reply } from '../http/reply.js';
import { statusAddress } from '../job/job-accepted.js';
import { jobData } from '../job/job-data.js';
import { cleanupPlanData } from './cleanup-plan-data.js';
import { KeepDays } from './keep-days.js';
import type { CleanupBody, DeleteQuery } from './storage.dto.js';
import { CLEANUP, CLEANUP_ANSWER, DELETED_BACKUP, DELETE_QUERY } from './storage.dto.js';
import { LOCATION_HEADER } from '../job/api-job-accepted.js';
import { PENDING_CLEANUP } from '../job/job.examples.js';
import { DELETED, PLANNED_CLEANUP } from './storage.examples.js';

/** Makes room: one backup, or all that are old. */
@ApiTags('backups')
@Controller()
export class StorageController {
  constructor(
    private readonly deleteBackup: DeleteBackup,
    private readonly prune: PruneBackups,
    private readonly requestJob: RequestJob,
    private readonly keepDays: KeepDays,
  ) {}

  @Delete('delete/:backup_id')
  @HttpCode(200)
  @RequirePermission('backup.delete_backupjob')
  @ApiOperation({
    operationId: 'deleteBackup',
    summary: 'Delete a backup; its record stays, marked',
    description: 'The newest good backup of a type is kept (409) unless `force` is set.',
  })
  @ApiParam({ name: 'backup_id', format: 'uuid' })
  @ApiReply(DELETED_BACKUP, {
    description: 'The file is gone.',
    example: { message: 'The backup is deleted.', data: DELETED },
  })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'unavailable')
  async delete(
    @Param('backup_id') given: string,
    @Query({ schema: DELETE_QUERY }) { force }: DeleteQuery,
    @Req() request: Request,
  ) {
    const backupId = pathId('backup', given);
    const deleted = await this.deleteBackup.run({ backupId, force }, { actor: actorOf(request) });
    return new Reply(
      deleted.fileMissing ? 'The file was gone already; the record is marked.' : 'The backup is deleted.',
      { backup_id: backupId, file: deleted.file, freed_bytes: deleted.freedBytes },
      deleted.warnings,
    );
  }

  @Post('cleanup')
  @HttpCode(200)
  @RequirePermission('backup.delete_backupjob')
  @ApiOperation({
    operationId: 'cleanUpBackups',
    summary: 'Delete the backups that no rule keeps',
    description:
      'Kept are backups younger than `days`, those that the rules of the settings keep (`RETENTION_KEEP_…`), what is pinned, and in any case ' +
      'the newest good one of each type. A dry run (the default) says of each why it stays or goes; else there is a job.',
  })
  @ApiReply(CLEANUP_ANSWER, {
    description: 'A dry run: what would be deleted.',
    example: { message: 'Nothing has been deleted yet.', data: { plan: PLANNED_CLEANUP, job: null } },
  })
  @ApiReply(CLEANUP_ANSWER, {
    status: 202,
    description: 'The job will be done; its state is at `Location`.',
    headers: LOCATION_HEADER,
    example: { message: 'Old backups will be deleted.', data: { plan: null, job: PENDING_CLEANUP } },
  })
  @ApiErrors('validation_error', 'unavailable')
  async cleanup(
    @Body({ schema: CLEANUP }) body: CleanupBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const days = body.days ?? this.keepDays.days;
    const actor = actorOf(request);
    if (body.dry_run) {
      const signal = clientSignal(request, response);
      const plan = await this.prune.run({ days, confirm: false }, { actor, signal });
      return new Reply(
        'Nothing has been deleted yet.',
        { plan: cleanupPlanData(plan), job: null },
        plan.warnings,
      );
    }
    const job = await this.requestJob.run({ kind: 'cleanup', days }, { actor });
    response.status(202).setHeader('Location', statusAddress(job.jobId));
    return new Reply('Old backups will be deleted.', { plan: null, job: jobData(job) });
  }
}
