import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { AuditEvent } from '@satchel/domain';
import { ReadAuditLog } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { clientSignal } from '../http/client-signal.js';
import type { CsvValue } from '../http/csv.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pageOf, toPage, toRange } from '../http/page.dto.js';
import { Reply } from '../http/reply.js';
import { sendCsv } from '../http/send-csv.js';
import type { AuditFilterQuery, AuditQuery } from './audit.dto.js';
import {
  AUDIT_COLUMNS,
  AUDIT_EVENT,
  AUDIT_FILTER,
  AUDIT_QUERY,
  AUDIT_VERDICT,
  toAuditFilter,
  toAuditReply,
  toAuditRow,
  toVerdictReply,
} from './audit.dto.js';
import { AUDIT_CSV, AUDIT_ENTRY, WHOLE_LOG } from './audit.examples.js';

/** Who did what, and whether the log of it is whole. */
@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly log: ReadAuditLog) {}

  @Get()
  @RequirePermission('backup.view_auditevent')
  @ApiOperation({ summary: 'The audit log, newest first' })
  @ApiReply(pageOf(AUDIT_EVENT), {
    description: 'A page of it.',
    example: {
      message: '1 entry.',
      data: { items: [AUDIT_ENTRY], total: 1, page: 1, page_size: 25, pages: 1 },
    },
  })
  @ApiErrors('validation_error')
  async list(@Query({ schema: AUDIT_QUERY }) query: AuditQuery) {
    const { total, items } = await this.log.find({ ...toAuditFilter(query), ...toRange(query) });
    return new Reply(
      `${total} ${total === 1 ? 'entry' : 'entries'}.`,
      toPage(items.map(toAuditReply), total, query),
    );
  }

  @Get('export')
  @RequirePermission('backup.view_auditevent')
  @ApiOperation({
    summary: 'The audit log as CSV, newest first',
    description:
      'Safe to open in a spreadsheet: what could be taken for a formula has an apostrophe before it.',
  })
  @ApiResponse({
    status: 200,
    description: 'All that match, streamed.',
    content: { 'text/csv': { schema: { type: 'string' }, example: AUDIT_CSV } },
  })
  @ApiErrors('validation_error')
  async export(
    @Query({ schema: AUDIT_FILTER }) query: AuditFilterQuery,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const events = this.log.export(toAuditFilter(query), actorOf(request), clientSignal(request, response));
    await sendCsv(response, { fileName: 'audit.csv', columns: AUDIT_COLUMNS, rows: toRows(events) });
  }

  @Get('verify')
  @RequirePermission('backup.view_auditevent')
  @ApiOperation({
    summary: 'Has somebody tampered with the audit log?',
    description:
      'Reads all of it: finds entries that were edited, removed, inserted or put into another order.',
  })
  @ApiReply(AUDIT_VERDICT, {
    description: 'What was found.',
    example: { message: 'The audit log is whole: 1234 entries, none altered or missing.', data: WHOLE_LOG },
  })
  async verify(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const verdict = await this.log.verify(clientSignal(request, response));
    const { entries, problems } = verdict;
    return new Reply(
      problems.length === 0
        ? `The audit log is whole: ${entries} entries, none altered or missing.`
        : `Somebody has tampered with the audit log: ${problems.length} problems.`,
      toVerdictReply(verdict),
    );
  }
}

async function* toRows(events: AsyncIterable<AuditEvent>): AsyncGenerator<readonly CsvValue[], void> {
  for await (const event of events) yield toAuditRow(event);
}
