import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { BackupError, JobStore } from '@satchel/domain';
import { drillPage, isDrillReport, RequestJob } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pathId } from '../http/ids.js';
import { PAGE_QUERY, pageOf, toPage, toRange } from '../http/page.dto.js';
import { Reply } from '../http/reply.js';
import { JobAccepted } from '../job/api-job-accepted.js';
import { jobAccepted } from '../job/job-accepted.js';
import { DRILL_PAGE, PASSED_DRILL, PENDING_DRILL } from './drill.examples.js';
import type { NewDrillBody } from './drill.dto.js';
import { DRILL, drillData, NEW_DRILL } from './drill.dto.js';

const DRILL_QUERY = z.strictObject({ ...PAGE_QUERY, backup_type: z.string().max(100).optional() });

/** Restore drills: proof that backups can be restored, and how long that takes. */
@ApiTags('drills')
@Controller('drills')
export class DrillController {
  constructor(
    private readonly jobs: JobStore,
    private readonly requestJob: RequestJob,
  ) {}

  @Get()
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'listDrills',
    summary: 'Restore drills, newest first, with what each has proven',
  })
  @ApiReply(pageOf(DRILL), {
    description: 'A page of them.',
    example: {
      message: '1 drill.',
      data: { items: [PASSED_DRILL], total: 1, page: 1, page_size: 25, pages: 1 },
    },
  })
  @ApiErrors('validation_error', 'unavailable')
  async list(@Query({ schema: DRILL_QUERY }) query: z.output<typeof DRILL_QUERY>) {
    const { backup_type: scopeName } = query;
    const { total, items } = await this.jobs.find(
      { kinds: ['drill'], ...(scopeName === undefined ? {} : { scopeName }) },
      { sort: 'created', order: 'desc', ...toRange(query) },
    );
    return new Reply(
      total === 1 ? '1 drill.' : `${total} drills.`,
      toPage(items.map(drillData), total, query),
    );
  }

  @Post()
  @RequirePermission('backup.add_backupjob')
  @ApiOperation({
    operationId: 'runDrill',
    summary:
      'Restore a backup into a scratch database, look whether all of it is there, and drop the database',
  })
  @JobAccepted({ message: 'The drill will be made.', data: PENDING_DRILL })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'invalid_backup', 'unavailable')
  async run(
    @Body({ schema: NEW_DRILL }) body: NewDrillBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { backup_type: scopeName, backup_id: backupId = null } = body;
    const job = await this.requestJob.run(
      { kind: 'drill', scopeName, backupId },
      { actor: actorOf(request) },
    );
    return jobAccepted(response, 'The drill will be made.', job);
  }

  @Get(':job_id/report')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'getDrillReport',
    summary: 'The report of a drill that has passed, as a page to print',
  })
  @ApiParam({ name: 'job_id', format: 'uuid' })
  @ApiResponse({
    status: 200,
    description: 'One HTML document that loads nothing.',
    content: { 'text/html': { schema: { type: 'string' }, example: DRILL_PAGE } },
  })
  @ApiErrors('not_found', 'unavailable')
  async report(@Param('job_id') given: string, @Res() response: Response): Promise<void> {
    const jobId = pathId('drill', given);
    const job = await this.jobs.get(jobId);
    if (job?.kind !== 'drill' || job.finishedAt === null || !isDrillReport(job.report)) {
      throw new BackupError('not_found', `There is no report of a drill ${jobId}.`, { jobId });
    }
    response
      .set({
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Disposition': `inline; filename="drill-${jobId.slice(0, 8)}.html"`,
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals",
        'X-Content-Type-Options': 'nosniff',
      })
      .send(drillPage(job.report, job.finishedAt));
  }
}
