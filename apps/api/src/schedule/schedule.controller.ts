import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { BackupError, JobStore } from '@satchel/domain';
import { ChooseDestinations, EditSchedules, RequestJob } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { ID, pathId } from '../http/ids.js';
import { Reply } from '../http/reply.js';
import { JobAccepted } from '../job/api-job-accepted.js';
import { jobAccepted } from '../job/job-accepted.js';
import { PENDING_BACKUP } from '../job/job.examples.js';
import { NIGHTLY, RESTING } from './schedule.examples.js';
import type { NewScheduleBody, PreviewQuery, ScheduleChangeBody } from './schedule.dto.js';
import {
  NEW_SCHEDULE,
  PREVIEW,
  PREVIEW_QUERY,
  SCHEDULE,
  SCHEDULE_CHANGE,
  scheduleData,
} from './schedule.dto.js';

const ID_PARAM = { name: 'schedule_id', format: 'uuid' } as const;

/** Backups that are made by themselves. */
@ApiTags('schedules')
@Controller('schedules')
export class ScheduleController {
  constructor(
    private readonly schedules: EditSchedules,
    private readonly requestJob: RequestJob,
    private readonly jobs: JobStore,
    private readonly chooseDestinations: ChooseDestinations,
  ) {}

  @Get()
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'listSchedules',
    summary: 'The schedules, by name, each with its next five times',
  })
  @ApiReply(
    z.object({ items: z.array(SCHEDULE), time_zone: z.string(), destinations: z.array(z.string()) }),
    {
      description:
        "All of them; `time_zone` is the installation's, `destinations` are those that can be chosen from, the primary first.",
      example: {
        message: '1 schedule.',
        data: { items: [NIGHTLY], time_zone: 'Asia/Kolkata', destinations: ['local', 'off-site'] },
      },
    },
  )
  @ApiErrors('unavailable')
  async list() {
    const items = await this.schedules.list();
    return new Reply(items.length === 1 ? '1 schedule.' : `${items.length} schedules.`, {
      items: items.map(scheduleData),
      time_zone: this.schedules.timeZone,
      destinations: [...this.chooseDestinations.names],
    });
  }

  @Get('preview')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'previewSchedule',
    summary: 'What a timetable means: its next five times',
    description: 'For a form, while somebody types. What is wrong with it is said by the error.',
  })
  @ApiReply(PREVIEW, {
    description: 'The times, as moments.',
    example: {
      message: 'This is when it would run.',
      data: { time_zone: 'Asia/Kolkata', next_runs: NIGHTLY.next_runs },
    },
  })
  @ApiErrors('validation_error')
  preview(@Query({ schema: PREVIEW_QUERY }) { cron, time_zone: zone }: PreviewQuery) {
    const { timeZone, nextRuns } = this.schedules.preview(cron, zone);
    return new Reply('This is when it would run.', {
      time_zone: timeZone,
      next_runs: nextRuns.map(at => at.toISOString()),
    });
  }

  @Get(':schedule_id')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({ operationId: 'getSchedule', summary: 'One schedule' })
  @ApiParam(ID_PARAM)
  @ApiReply(SCHEDULE, {
    description: 'The schedule.',
    example: { message: 'The schedule nightly.', data: NIGHTLY },
  })
  @ApiErrors('not_found', 'unavailable')
  async get(@Param('schedule_id') given: string) {
    const schedule = await this.schedules.get(pathId('schedule', given));
    return new Reply(`The schedule ${schedule.name}.`, scheduleData(schedule));
  }

  @Post()
  @RequirePermission('backup.change_settings')
  @ApiOperation({ operationId: 'createSchedule', summary: 'Add a schedule' })
  @ApiReply(SCHEDULE, {
    status: 201,
    description: 'The schedule.',
    example: {
      message: 'Added the schedule nightly.',
      data: { ...NIGHTLY, last_run_at: null, last_job_id: null },
    },
  })
  @ApiErrors('validation_error', 'conflict', 'unavailable')
  async create(@Body({ schema: NEW_SCHEDULE }) body: NewScheduleBody, @Req() request: Request) {
    const {
      name,
      backup_type: scopeName,
      cron,
      time_zone: timeZone,
      compression,
      destinations,
      paused,
    } = body;
    const command = { name, scopeName, cron, timeZone, compression, destinations, paused };
    const schedule = await this.schedules.add(command, { actor: actorOf(request) });
    return new Reply(`Added the schedule ${schedule.name}.`, scheduleData(schedule));
  }

  @Patch(':schedule_id')
  @RequirePermission('backup.change_settings')
  @ApiOperation({ operationId: 'changeSchedule', summary: 'Change a schedule' })
  @ApiParam(ID_PARAM)
  @ApiReply(SCHEDULE, {
    description: 'The schedule as it is now.',
    example: { message: 'Changed the schedule nightly.', data: NIGHTLY },
  })
  @ApiErrors('validation_error', 'not_found', 'conflict', 'unavailable')
  async change(
    @Param('schedule_id') given: string,
    @Body({ schema: SCHEDULE_CHANGE }) body: ScheduleChangeBody,
    @Req() request: Request,
  ) {
    const { name, backup_type: scopeName, cron, time_zone: timeZone, compression, destinations } = body;
    const command = { name, scopeName, cron, timeZone, compression, destinations };
    const actor = actorOf(request);
    const schedule = await this.schedules.change(pathId('schedule', given), command, { actor });
    return new Reply(`Changed the schedule ${schedule.name}.`, scheduleData(schedule));
  }

  @Delete(':schedule_id')
  @HttpCode(200)
  @RequirePermission('backup.change_settings')
  @ApiOperation({
    operationId: 'deleteSchedule',
    summary: 'Remove a schedule; backups that it has made stay',
  })
  @ApiParam(ID_PARAM)
  @ApiReply(z.object({ schedule_id: ID }), {
    description: 'It is gone.',
    example: { message: 'Removed the schedule nightly.', data: { schedule_id: NIGHTLY.schedule_id } },
  })
  @ApiErrors('not_found', 'unavailable')
  async remove(@Param('schedule_id') given: string, @Req() request: Request) {
    const { scheduleId, name } = await this.schedules.remove(pathId('schedule', given), {
      actor: actorOf(request),
    });
    return new Reply(`Removed the schedule ${name}.`, { schedule_id: scheduleId });
  }

  @Post(':schedule_id/pause')
  @HttpCode(200)
  @RequirePermission('backup.change_settings')
  @ApiOperation({
    operationId: 'pauseSchedule',
    summary: 'Let a schedule rest; what it misses meanwhile is not caught up',
  })
  @ApiParam(ID_PARAM)
  @ApiReply(SCHEDULE, {
    description: 'The schedule as it is now.',
    example: { message: 'The schedule nightly rests.', data: RESTING },
  })
  @ApiErrors('not_found', 'unavailable')
  async pause(@Param('schedule_id') given: string, @Req() request: Request) {
    const schedule = await this.schedules.pause(pathId('schedule', given), { actor: actorOf(request) });
    return new Reply(`The schedule ${schedule.name} rests.`, scheduleData(schedule));
  }

  @Post(':schedule_id/resume')
  @HttpCode(200)
  @RequirePermission('backup.change_settings')
  @ApiOperation({ operationId: 'resumeSchedule', summary: 'Let a schedule go on, from its next time' })
  @ApiParam(ID_PARAM)
  @ApiReply(SCHEDULE, {
    description: 'The schedule as it is now.',
    example: { message: 'The schedule nightly goes on.', data: NIGHTLY },
  })
  @ApiErrors('not_found', 'unavailable')
  async resume(@Param('schedule_id') given: string, @Req() request: Request) {
    const schedule = await this.schedules.resume(pathId('schedule', given), { actor: actorOf(request) });
    return new Reply(`The schedule ${schedule.name} goes on.`, scheduleData(schedule));
  }

  @Post(':schedule_id/run')
  @RequirePermission('backup.add_backupjob')
  @ApiOperation({
    operationId: 'runSchedule',
    summary: "Make a schedule's backup now; its next time stays as it is",
  })
  @ApiParam(ID_PARAM)
  @JobAccepted({ message: 'The backup will be made.', data: PENDING_BACKUP })
  @ApiErrors('not_found', 'unavailable')
  async run(
    @Param('schedule_id') given: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const actor = actorOf(request);
    const { jobId } = await this.schedules.runNow(
      pathId('schedule', given),
      async ({ name, scopeName, compression, destinations }) => {
        const command = { kind: 'backup', scopeName, name, compression, jobs: 1, destinations } as const;
        return (await this.requestJob.run(command, { actor })).jobId;
      },
      { actor },
    );
    const job = await this.jobs.get(jobId);
    if (job === null) throw new BackupError('not_found', `There is no job ${jobId}.`, { jobId });
    return jobAccepted(response, 'The backup will be made.', job);
  }
}
