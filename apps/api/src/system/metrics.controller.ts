import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { RequirePermission } from '../auth/route-policy.js';
import { sendMetrics } from './local-metrics.js';
import { Metrics } from './metrics.js';
import { METRICS_TEXT } from './status.examples.js';

@ApiTags('system')
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get('metrics')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Numbers for Prometheus',
    description: 'From the machine itself, with no proxy in between, nobody is asked to sign in.',
  })
  @ApiResponse({
    status: 200,
    description: "Prometheus' text format.",
    content: { 'text/plain': { schema: { type: 'string' }, example: METRICS_TEXT } },
  })
  async read(@Res() response: Response): Promise<void> {
    await sendMetrics(this.metrics, response);
  }
}
