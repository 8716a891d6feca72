import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadAlarms, TestAlarms } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { clientSignal } from '../http/client-signal.js';
import { ApiErrors, ApiReply } from '../http/envelope.dto.js';
import { pathId } from '../http/ids.js';
import { pageOf, toPage, toRange } from '../http/page.dto.js';
import { Reply } from '../http/reply.js';
import type { AlarmQuery } from './alarm.dto.js';
import {
  ALARM,
  ALARM_CHANNEL_LIST,
  ALARM_QUERY,
  ALARM_TEST,
  toAlarmFilter,
  toAlarmReply,
  toChannelReply,
  toTestReply,
} from './alarm.dto.js';
import { ACKNOWLEDGED, CHANNELS, OVERDUE, TESTED } from './alarm.examples.js';

/** What is wrong or was, who was told, and whether messages get through. */
@ApiTags('alarms')
@Controller('alarms')
export class AlarmController {
  constructor(
    private readonly alarms: ReadAlarms,
    private readonly testAlarms: TestAlarms,
  ) {}

  @Get()
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'listAlarms',
    summary: 'Alarms, open and past, newest first, with their messages',
  })
  @ApiReply(pageOf(ALARM), {
    description: 'A page of them.',
    example: { message: '1 alarm.', data: { items: [OVERDUE], total: 1, page: 1, page_size: 25, pages: 1 } },
  })
  @ApiErrors('validation_error')
  async list(@Query({ schema: ALARM_QUERY }) query: AlarmQuery) {
    const { total, items } = await this.alarms.find({ ...toAlarmFilter(query), ...toRange(query) });
    return new Reply(
      total === 0 ? 'No alarms.' : `${total} ${total === 1 ? 'alarm' : 'alarms'}.`,
      toPage(
        items.map(item => toAlarmReply(item, query.language)),
        total,
        query,
      ),
    );
  }

  @Get('channels')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'listAlarmChannels',
    summary: 'The ways by which alarms are sent, and how they do',
  })
  @ApiReply(ALARM_CHANNEL_LIST, {
    description: 'Those that are set up.',
    example: { message: 'Alarms go by email.', data: CHANNELS },
  })
  async channels() {
    const channels = await this.alarms.channelStatus();
    return new Reply(
      channels.length === 0
        ? 'No way to send alarms is set up.'
        : `Alarms go by ${channels.map(({ channel }) => channel).join(', ')}.`,
      channels.map(toChannelReply),
    );
  }

  @Post('test')
  @HttpCode(200)
  @RequirePermission('backup.change_settings')
  @ApiOperation({ operationId: 'testAlarms', summary: 'Send a test through every channel now' })
  @ApiReply(ALARM_TEST, {
    description: 'What became of it, for each channel.',
    example: { message: 'The test has arrived everywhere.', data: TESTED },
  })
  @ApiErrors('conflict')
  async test(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const tested = await this.testAlarms.run(actorOf(request), clientSignal(request, response));
    const failed = tested.filter(({ problem }) => problem !== null);
    return new Reply(
      failed.length === 0
        ? 'The test has arrived everywhere.'
        : `The test did not get through by ${failed.map(({ channel }) => channel).join(', ')}.`,
      tested.map(toTestReply),
    );
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @RequirePermission('backup.change_settings')
  @ApiOperation({
    operationId: 'acknowledgeAlarm',
    summary: 'Say that somebody knows: the alarm is not repeated any more',
    description:
      'An alarm of a failed restore is over then; every other stays open until what it is about is well again.',
  })
  @ApiReply(ALARM, {
    description: 'The alarm; of its messages nothing is said here.',
    example: { message: 'The alarm is not repeated any more.', data: ACKNOWLEDGED },
  })
  @ApiErrors('not_found')
  async acknowledge(@Param('id') id: string, @Req() request: Request) {
    const alarm = await this.alarms.acknowledge(pathId('alarm', id), actorOf(request));
    return new Reply('The alarm is not repeated any more.', toAlarmReply({ alarm, deliveries: [] }, 'en'));
  }
}
