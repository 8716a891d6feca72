import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Permission } from '@satchel/domain';
import { BackupError, JobStore } from '@satchel/domain';
import { CancelJob } from '@satchel/use-cases';
import type { Request } from 'express';
import { z } from 'zod';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pathId } from '../http/ids.js';
import { Reply } from '../http/reply.js';
import { jobData, jobSummary } from './job-data.js';
import { JOB, JOB_SUMMARY } from './job.dto.js';
import { stateMessage } from './state-message.js';
import { CANCELLED_BACKUP, DONE_BACKUP_JOB, RUNNING_BACKUP } from './job.examples.js';

/** Most jobs that are listed as active; more than this wait only where something is wrong. */
const MAX_ACTIVE = 200;

@ApiTags('jobs')
@Controller()
export class JobController {
  constructor(
    private readonly jobs: JobStore,
    private readonly cancelJob: CancelJob,
  ) {}

  @Get('status/:job_id')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'getJobStatus',
    summary: 'One job: state, phase, progress, rates, time left, report, error',
  })
  @ApiParam({ name: 'job_id', format: 'uuid' })
  @ApiReply(JOB, {
    description: 'The job as it is now.',
    example: { message: 'The backup is done.', data: DONE_BACKUP_JOB },
  })
  @ApiErrors('not_found', 'unavailable')
  async status(@Param('job_id') given: string) {
    const jobId = pathId('job', given);
    const [job, command] = await Promise.all([this.jobs.get(jobId), this.jobs.commandOf(jobId)]);
    if (job === null) throw new BackupError('not_found', `There is no job ${jobId}.`, { jobId });
    return new Reply(stateMessage(job), jobData(job, command));
  }

  @Get('jobs')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({ operationId: 'listActiveJobs', summary: 'Jobs that wait or run, oldest first' })
  @ApiReply(z.object({ items: z.array(JOB_SUMMARY), total: z.int().min(0) }), {
    description: 'All jobs that have not ended.',
    example: { message: 'Jobs that have not ended: 1.', data: { items: [RUNNING_BACKUP], total: 1 } },
  })
  @ApiErrors('unavailable')
  async active() {
    const { total, items } = await this.jobs.find(
      { states: ['pending', 'running'] },
      { sort: 'created', order: 'asc', limit: MAX_ACTIVE },
    );
    return new Reply(total === 0 ? 'No job is waiting or running.' : `Jobs that have not ended: ${total}.`, {
      items: items.map(jobSummary),
      total,
    });
  }

  // Which permission it takes beside this one depends on the job.
  @Post('jobs/:job_id/cancel')
  @HttpCode(200)
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'cancelJob',
    summary: 'Stop a job',
    description:
      'A job that waits is cancelled at once; a running one ends within seconds and leaves nothing behind. One that has ended stays as it is. ' +
      'Who may ask for such jobs may stop them.',
  })
  @ApiParam({ name: 'job_id', format: 'uuid' })
  @ApiReply(JOB, {
    description: 'The job as it is now; a running one may take a moment to end.',
    example: { message: 'The job is cancelled.', data: CANCELLED_BACKUP },
  })
  @ApiErrors('not_found', 'unavailable')
  async cancel(@Param('job_id') given: string, @Req() request: Request) {
    const jobId = pathId('job', given);
    const permissions = request.principal?.permissions ?? new Set<Permission>();
    const job = await this.cancelJob.run({ jobId, permissions }, { actor: actorOf(request) });
    const ended = job.state === 'success' || job.state === 'failed';
    return new Reply(
      ended
        ? 'The job had ended already.'
        : job.state === 'cancelled'
          ? 'The job is cancelled.'
          : 'The job is being stopped.',
      jobData(job),
    );
  }
}
