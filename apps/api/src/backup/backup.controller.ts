import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ChooseDestinations, DescribeBackup, DescribeTypes, RequestJob } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { clientSignal } from '../http/client-signal.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pathId } from '../http/ids.js';
import { Reply } from '../http/reply.js';
import { JobAccepted } from '../job/api-job-accepted.js';
import { jobAccepted } from '../job/job-accepted.js';
import { detailsData, typeData } from './backup-data.js';
import { toJsonSchema } from '../openapi/json-schema.js';
import { keysOf } from '../restore/key-fields.js';
import type { CreateBackupBody, VerifyBackupBody } from './backup.dto.js';
import { BACKUP_DETAILS, BACKUP_TYPE, CREATE_BACKUP, VERIFY_BACKUP } from './backup.dto.js';
import { STORED_BACKUP, STUDENTS_TYPE } from './backup.examples.js';
import { PENDING_BACKUP, PENDING_VERIFICATION } from '../job/job.examples.js';

@ApiTags('backups')
@Controller()
export class BackupController {
  constructor(
    private readonly requestJob: RequestJob,
    private readonly chooseDestinations: ChooseDestinations,
    private readonly describeTypes: DescribeTypes,
    private readonly describeBackup: DescribeBackup,
  ) {}

  @Post('create')
  @RequirePermission('backup.add_backupjob')
  @ApiOperation({ operationId: 'createBackup', summary: 'Make a backup' })
  @JobAccepted({ message: 'The backup will be made.', data: PENDING_BACKUP })
  @ApiErrors('validation_error', 'unavailable')
  async create(
    @Body({ schema: CREATE_BACKUP }) body: CreateBackupBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { backup_type: scopeName, backup_name: name, compression, jobs } = body;
    const destinations = this.chooseDestinations.run(body.destinations);
    const job = await this.requestJob.run(
      { kind: 'backup', scopeName, name, compression, jobs, destinations },
      { actor: actorOf(request) },
    );
    return jobAccepted(response, 'The backup will be made.', job);
  }

  @Get('types')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'listBackupTypes',
    summary: 'The configured types, and what a backup of each would hold now',
    description: "Rows are estimates by the database's own statistics: nothing is counted.",
  })
  @ApiReply(z.object({ items: z.array(BACKUP_TYPE) }), {
    description: 'All types, in their configured order.',
    example: { message: 'There are 1 types of backup.', data: { items: [STUDENTS_TYPE] } },
  })
  @ApiErrors('unavailable')
  async types(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const types = await this.describeTypes.run({ signal: clientSignal(request, response) });
    return new Reply(`There are ${types.length} types of backup.`, { items: types.map(typeData) });
  }

  @Get('backups/:backup_id')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'getBackup',
    summary: 'What is in a stored backup, by its manifest',
  })
  @ApiParam({ name: 'backup_id', format: 'uuid' })
  @ApiReply(BACKUP_DETAILS, {
    description: 'Facts of the manifest; no row is read.',
    example: { message: 'The backup is stored.', data: STORED_BACKUP },
  })
  @ApiErrors('not_found', 'conflict', 'invalid_backup', 'unavailable')
  async details(@Param('backup_id') given: string) {
    const described = await this.describeBackup.run(pathId('backup', given));
    return new Reply('The backup is stored.', detailsData(described));
  }

  @Post('verify/:backup_id')
  @RequirePermission('backup.add_backupjob')
  @ApiOperation({
    operationId: 'verifyBackup',
    summary: 'Read a stored backup to its end and check all of it',
    description:
      'An encrypted backup is opened with the key that is given, else with one of the installation; without any, its stored bytes alone are compared with what was written, and the report says so.',
  })
  @ApiParam({ name: 'backup_id', format: 'uuid' })
  @ApiBody({ required: false, schema: toJsonSchema(VERIFY_BACKUP, 'input').schema })
  @JobAccepted({ message: 'The backup will be verified.', data: PENDING_VERIFICATION })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'invalid_backup', 'wrong_key', 'unavailable')
  async verify(
    @Param('backup_id') given: string,
    @Body({ schema: VERIFY_BACKUP }) body: VerifyBackupBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const backupId = pathId('backup', given);
    const job = await this.requestJob.run(
      { kind: 'verify', backupId },
      {
        actor: actorOf(request),
        keys: await keysOf(body ?? {}),
      },
    );
    return jobAccepted(response, 'The backup will be verified.', job);
  }
}
