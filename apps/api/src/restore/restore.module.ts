import { Module } from '@nestjs/common';
import { ServerEnd } from '../http/server-end.js';
import { AnalyzeController } from './analyze.controller.js';
import { RestoreForms } from './restore-forms.js';
import { RestoreController } from './restore.controller.js';
import { UploadSweeper } from './upload-sweeper.js';

/** Restores: uploads, analyses, restores of stored backups, undo. */
@Module({
  controllers: [RestoreController, AnalyzeController],
  providers: [RestoreForms, UploadSweeper, ServerEnd],
  exports: [ServerEnd],
})
export class RestoreModule {}
