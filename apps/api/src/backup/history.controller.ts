import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Clock, JobStore } from '@satchel/domain';
import { ExportHistory } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { clientSignal } from '../http/client-signal.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pageOf, toPage, toRange } from '../http/page.dto.js';
import { Reply } from '../http/reply.js';
import { sendCsv } from '../http/send-csv.js';
import { jobSummaries } from '../job/job-data.js';
import { JOB_SUMMARY } from '../job/job.dto.js';
import { historyCsv } from './history-csv.js';
import type { HistoryFilterQuery, HistoryQuery } from './history.dto.js';
import { HISTORY_FILTER, HISTORY_QUERY, toJobFilter } from './history.dto.js';
import { DONE_BACKUP } from '../job/job.examples.js';
import { HISTORY_CSV } from './backup.examples.js';

@ApiTags('history')
@Controller()
export class HistoryController {
  constructor(
    private readonly jobs: JobStore,
    private readonly exportHistory: ExportHistory,
    private readonly clock: Clock,
  ) {}

  @Get('history')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'listHistory',
    summary: 'Backups, restores and the rest of the jobs, in pages; filter, search, sort',
  })
  @ApiReply(pageOf(JOB_SUMMARY), {
    description: 'One page.',
    example: {
      message: 'Found: 1.',
      data: { items: [DONE_BACKUP], total: 1, page: 1, page_size: 25, pages: 1 },
    },
  })
  @ApiErrors('validation_error', 'unavailable')
  async history(@Query({ schema: HISTORY_QUERY }) query: HistoryQuery) {
    const { sort, order } = query;
    const { total, items } = await this.jobs.find(toJobFilter(query), { sort, order, ...toRange(query) });
    return new Reply(`Found: ${total}.`, toPage(jobSummaries(items), total, query));
  }

  @Get('export/history')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'exportHistory',
    summary: 'The history as CSV, safe to open in a spreadsheet',
    description:
      'Streamed, newest first. What a spreadsheet would take for a formula begins with an apostrophe.',
  })
  @ApiResponse({
    status: 200,
    description: 'UTF-8 with a byte order mark.',
    content: { 'text/csv': { schema: { type: 'string' }, example: HISTORY_CSV } },
  })
  @ApiErrors('validation_error', 'unavailable')
  async export(
    @Query({ schema: HISTORY_FILTER }) query: HistoryFilterQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const signal = clientSignal(request, response);
    const jobs = await this.exportHistory.run(toJobFilter(query), { actor: actorOf(request), signal });
    const day = this.clock.now().toISOString().slice(0, 10);
    await sendCsv(response, historyCsv(jobs, day));
  }
}
