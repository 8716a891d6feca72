import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { RestoreFrom, Upload } from '@satchel/domain';
import { BackupError, toBackupError } from '@satchel/domain';
import type { ErrorKind } from '@satchel/domain';
import { AnalyzeBackup, expiryOf } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { clientSignal } from '../http/client-signal.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { Reply } from '../http/reply.js';
import { ServerEnd } from '../http/server-end.js';
import { analysisData } from './analysis-data.js';
import { ApiUpload } from './api-upload.js';
import { fromUpload } from './received-restore.js';
import { keysOf } from './key-fields.js';
import { RestoreForms } from './restore-forms.js';
import type { AnalyzeBody } from './restore.dto.js';
import { ANALYSIS, ANALYZE } from './restore.dto.js';
import { ANALYZED_UPLOAD } from './restore.examples.js';

/** What an analysis may end with although the file is good: another mode, or another moment, may do. */
const FILE_IS_GOOD: ReadonlySet<ErrorKind> = new Set([
  'restore_failed',
  'permission_error',
  'conflict',
  'rate_limited',
  'unavailable',
  'wrong_key',
]);

/** Looks into files, and says what restoring them would do. */
@ApiTags('restore')
@Controller('restore')
export class AnalyzeController {
  constructor(
    private readonly forms: RestoreForms,
    private readonly analyzeBackup: AnalyzeBackup,
    private readonly end: ServerEnd,
  ) {}

  @Post('analyze')
  @HttpCode(200)
  @RequirePermission('backup.add_restorejob')
  @ApiOperation({
    operationId: 'analyzeBackup',
    summary: 'What is in a file, and what restoring it would change; changes nothing',
    description:
      'Takes as long as reading the whole file; ends when the client goes away. With `keep`, the file waits for 30 minutes to be restored or looked into again by its `upload_id`; where the analysis fails for another reason than the file itself, `details.upload_id` names it too.',
  })
  @ApiUpload(ANALYZE)
  @ApiReply(ANALYSIS, {
    description: 'What was found.',
    example: { message: 'This is what is in the file; nothing has been changed.', data: ANALYZED_UPLOAD },
  })
  @ApiErrors(
    'validation_error',
    'not_found',
    'conflict',
    'too_large',
    'invalid_backup',
    'unsupported',
    'wrong_key',
    'restore_failed',
    'rate_limited',
    'unavailable',
  )
  async analyze(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const signal = clientSignal(request, response, this.end.signal);
    await using received = await this.forms.receive(request, ANALYZE, signal);
    const { options, upload } = received;
    const keeps = upload !== null && (options.keep || options.upload_id !== undefined);
    try {
      const analyzed = await this.analyzeBackup.run(
        { ...toCommand(options), source: sourceOf(options, upload), keys: await keysOf(options) },
        { actor: actorOf(request), signal },
      );
      if (keeps) received.keep();
      return new Reply(
        'This is what is in the file; nothing has been changed.',
        analysisData(analyzed, keeps ? upload : null),
      );
    } catch (thrown) {
      const error = toBackupError(thrown);
      if (!keeps || !FILE_IS_GOOD.has(error.kind)) throw error;
      received.keep();
      throw withUpload(error, upload);
    }
  }
}

function toCommand(options: AnalyzeBody) {
  return {
    mode: options.restore_mode,
    duplicateStrategy: options.duplicate_strategy,
    fill: options.fill,
    only: options.restricted,
    sampleRows: options.sample_rows,
  };
}

function sourceOf({ backup_id: backupId }: AnalyzeBody, upload: Upload | null): RestoreFrom {
  if (upload !== null) return fromUpload(upload);
  if (backupId !== undefined) return { from: 'backup', backupId };
  throw toBackupError(new Error('an analysis without a file was let through'));
}

/** Says where the file waits, so that a person can try another way without sending it again. */
function withUpload({ kind, message, context, cause }: BackupError, upload: Upload): BackupError {
  return new BackupError(
    kind,
    message,
    { ...context, uploadId: upload.uploadId, expiresAt: expiryOf(upload).toISOString() },
    { cause },
  );
}
