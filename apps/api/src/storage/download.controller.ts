import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { BackupError, Clock } from '@satchel/domain';
import type { ByteSpan, Download } from '@satchel/use-cases';
import { DownloadBackup } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import { actorOf } from '../auth/principal.js';
import { RequirePermission } from '../auth/route-policy.js';
import { parseRange } from '../http/byte-range.js';
import { clientSignal } from '../http/client-signal.js';
import { attachment } from '../http/content-disposition.js';
import { ApiErrors, ERROR_ENVELOPE } from '../http/envelope.dto.js';
import { errorEnvelope } from '../http/error-envelope.js';
import { entityTag, isSameTag, namesTag } from '../http/entity-tag.js';
import { pathId } from '../http/ids.js';
import { BYTES, FILE_HEADERS, PART_HEADERS, UNSATISFIABLE_RANGE } from './download.examples.js';

/** Hands out stored backups, byte for byte as they are stored: whole, or the part that a broken download lacks. */
@ApiTags('backups')
@Controller()
export class DownloadController {
  constructor(
    private readonly downloadBackup: DownloadBackup,
    private readonly clock: Clock,
  ) {}

  @Get('download/:backup_id')
  @RequirePermission('backup.view_backupjob')
  @ApiOperation({
    operationId: 'downloadBackup',
    summary: 'The file of a backup, streamed; also in part (`Range`)',
    description: "`ETag` is the digest of the file's bytes. `HEAD` answers the same without the file.",
  })
  @ApiParam({ name: 'backup_id', format: 'uuid' })
  @ApiHeader({
    name: 'Range',
    required: false,
    description: 'One span of bytes, e.g. `bytes=1000-` or `bytes=-500`.',
  })
  @ApiResponse({ status: 200, description: 'The whole file.', headers: FILE_HEADERS, content: BYTES })
  @ApiResponse({
    status: 206,
    description: 'The part that was asked for.',
    headers: { ...FILE_HEADERS, ...PART_HEADERS },
    content: BYTES,
  })
  @ApiResponse({ status: 304, description: 'The file is the one that `If-None-Match` names.' })
  @ApiResponse({
    status: 416,
    description: 'The part holds no byte of the file; `Content-Range` says its size.',
    standardSchema: ERROR_ENVELOPE,
    examples: {
      validation_error: { summary: 'A part after the end of the file.', value: UNSATISFIABLE_RANGE },
    },
  })
  @ApiErrors('not_found', 'conflict', 'invalid_backup', 'unavailable')
  async download(
    @Param('backup_id') given: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const signal = clientSignal(request, response);
    const actor = actorOf(request);
    const download = await this.downloadBackup.run(pathId('backup', given), { actor, signal });
    const tag = entityTag(download.digest);
    const facts = {
      ETag: tag,
      'Last-Modified': download.modifiedAt.toUTCString(),
      'Accept-Ranges': 'bytes',
      // To be asked for again each time, and never from a proxy's memory: who may read it can change.
      'Cache-Control': 'private, no-cache',
      'X-Content-Type-Options': 'nosniff',
    };
    if (namesTag(request.headers['if-none-match'], tag)) {
      response.status(304).set(facts).end();
      return;
    }
    // A part of another file than the one that somebody has the rest of would be useless to them.
    const condition = request.get('if-range');
    const wanted = condition === undefined || isSameTag(condition, tag) ? request.headers.range : undefined;
    const span = parseRange(wanted, download.sizeBytes);
    if (span === 'unsatisfiable') this.#refuseRange(download, request, response);
    else await this.#send(download, span, facts, request, response, signal);
  }

  async #send(
    download: Download,
    span: ByteSpan | null,
    facts: Readonly<Record<string, string>>,
    request: Request,
    response: Response,
    signal: AbortSignal,
  ): Promise<void> {
    const { sizeBytes, file } = download;
    const { start, end } = span ?? { start: 0, end: sizeBytes - 1 };
    // Opened before anything is said of the answer: if it fails, the answer is an error.
    const body = request.method === 'HEAD' ? null : await download.open(span, signal);
    response.status(span === null ? 200 : 206).set({
      ...facts,
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': attachment(file),
      'Content-Length': String(end - start + 1),
      ...(span === null ? {} : { 'Content-Range': `bytes ${start}-${end}/${sizeBytes}` }),
    });
    if (body === null) response.end();
    else await pipeline(body, response, { signal });
  }

  /** The one status that no kind of error has: to whoever reads the body it is a wrong parameter. */
  #refuseRange({ sizeBytes }: Download, request: Request, response: Response): void {
    const error = new BackupError(
      'validation_error',
      `The part that was asked for is not in the file, which has ${sizeBytes} bytes.`,
      { parameter: 'Range', sizeBytes },
    );
    response
      .status(416)
      .set('Content-Range', `bytes */${sizeBytes}`)
      .json(errorEnvelope(error, request, this.clock.now()));
  }
}
