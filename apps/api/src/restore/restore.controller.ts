import { Body, Controller, Delete, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { toBackupError, UploadQuarantine } from '@satchel/domain';
import { RequestJob } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { clientSignal } from '../http/client-signal.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pathId } from '../http/ids.js';
import { Reply } from '../http/reply.js';
import { ServerEnd } from '../http/server-end.js';
import { JobAccepted } from '../job/api-job-accepted.js';
import { jobAccepted } from '../job/job-accepted.js';
import { ApiUpload } from './api-upload.js';
import { keysOf } from './key-fields.js';
import { refuseUnlessMayNameRestricted } from './may-name-restricted.js';
import { fromUpload } from './received-restore.js';
import { RestoreForms } from './restore-forms.js';
import { restoreJob } from './restore-job.js';
import type { RestoreBody, UndoBody } from './restore.dto.js';
import { RESTORE_STORED, RESTORE_UPLOAD, UNDO } from './restore.dto.js';
import { PENDING_RESTORE, PENDING_UNDO, PENDING_UPLOADED_RESTORE } from '../job/job.examples.js';
import { UPLOAD_ID } from './restore.examples.js';

/** Asks for restores: of files that are sent, of stored backups, and back again. */
@ApiTags('restore')
@Controller('restore')
export class RestoreController {
  constructor(
    private readonly forms: RestoreForms,
    private readonly requestJob: RequestJob,
    private readonly quarantine: UploadQuarantine,
    private readonly end: ServerEnd,
  ) {}

  @Post('upload')
  @RequirePermission('backup.add_restorejob')
  @ApiOperation({
    operationId: 'restoreUpload',
    summary: 'Restore a file that is sent, or was for an analysis',
    description:
      'The file is recognised by its content, never by its name. A restore does all of it or nothing; rows that the database would refuse are named by the job.',
  })
  @ApiUpload(RESTORE_UPLOAD)
  @JobAccepted({ message: 'The file is here, and will be restored.', data: PENDING_UPLOADED_RESTORE })
  @ApiErrors(
    'validation_error',
    'not_found',
    'conflict',
    'too_large',
    'invalid_backup',
    'wrong_key',
    'unavailable',
  )
  async upload(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const signal = clientSignal(request, response, this.end.signal);
    await using received = await this.forms.receive(request, RESTORE_UPLOAD, signal);
    const { options, upload } = received;
    if (upload === null) throw toBackupError(new Error('a restore without a file was let through'));
    refuseUnlessMayNameRestricted(request, options.restricted);
    const job = await this.requestJob.run(restoreJob(fromUpload(upload), options), {
      actor: actorOf(request),
      wait: options.wait,
      keys: await keysOf(options),
      signal,
    });
    received.keep();
    return jobAccepted(response, 'The file is here, and will be restored.', job);
  }

  @Post('history/:backup_id')
  @RequirePermission('backup.add_restorejob')
  @ApiOperation({ operationId: 'restoreBackup', summary: 'Restore a stored backup' })
  @ApiParam({ name: 'backup_id', format: 'uuid' })
  @JobAccepted({ message: 'The backup will be restored.', data: PENDING_RESTORE })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'invalid_backup', 'wrong_key', 'unavailable')
  async stored(
    @Param('backup_id') given: string,
    @Body({ schema: RESTORE_STORED }) body: RestoreBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const backupId = pathId('backup', given);
    refuseUnlessMayNameRestricted(request, body.restricted);
    const job = await this.requestJob.run(restoreJob({ from: 'backup', backupId }, body), {
      actor: actorOf(request),
      wait: body.wait,
      keys: await keysOf(body),
    });
    return jobAccepted(response, 'The backup will be restored.', job);
  }

  @Post('undo/:restore_id')
  @RequirePermission('backup.add_restorejob')
  @ApiOperation({
    operationId: 'undoRestore',
    summary: 'Take a restore back',
    description:
      'Puts back what its safety backup holds. An undo is a restore itself, and can be taken back.',
  })
  @ApiParam({ name: 'restore_id', format: 'uuid' })
  @JobAccepted({ message: 'The restore will be taken back.', data: PENDING_UNDO })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'invalid_backup', 'wrong_key', 'unavailable')
  async undo(
    @Param('restore_id') given: string,
    @Body({ schema: UNDO }) body: UndoBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { overwrite_edited: overwriteEdited, safety_backup: safetyBackup, wait } = body;
    const restoreId = pathId('restore', given);
    const job = await this.requestJob.run(
      { kind: 'undo', restoreId, overwriteEdited, safetyBackup },
      { actor: actorOf(request), wait, keys: await keysOf(body) },
    );
    return jobAccepted(response, 'The restore will be taken back.', job);
  }

  @Delete('upload/:upload_id')
  @HttpCode(200)
  @RequirePermission('backup.add_restorejob')
  @ApiOperation({
    operationId: 'discardUpload',
    summary: 'Remove a file that an analysis has kept',
    description: 'One that is gone already is no error.',
  })
  @ApiParam({ name: 'upload_id', format: 'uuid' })
  @ApiReply(z.object({ upload_id: z.string() }), {
    description: 'The file is gone.',
    example: { message: 'The file is gone.', data: { upload_id: UPLOAD_ID } },
  })
  @ApiErrors('not_found', 'unavailable')
  async discard(@Param('upload_id') given: string) {
    const uploadId = pathId('upload', given);
    await this.quarantine.remove(uploadId);
    return new Reply('The file is gone.', { upload_id: uploadId });
  }
}
