import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, Injectable } from '@nestjs/common';
import type { BackupError } from '@satchel/domain';
import { Clock } from '@satchel/domain';
import type { Request, Response } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { errorEnvelope } from './error-envelope.js';
import { ERROR_STATUS } from './error-status.js';
import { markExpected } from './logging.js';
import { readRestBriefly } from './read-rest-briefly.js';
import { ServerEnd } from './server-end.js';
import { toHttpError } from './to-http-error.js';

/**
 * Answers every error in the contract's envelope. A bug's reply says nothing of what went wrong inside; its stack is in the
 * log, under the request's id, which the reply names.
 */
@Catch()
@Injectable()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly clock: Clock,
    private readonly end: ServerEnd,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(ErrorFilter.name);
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const error = toHttpError(thrown);
    this.#log(error, response);
    if (response.headersSent) {
      // Half an answer is on its way: only a broken connection tells the other side that it is not whole.
      response.destroy();
      return;
    }
    const retryAfter = error.context['retryAfterSeconds'];
    if (typeof retryAfter === 'number') response.setHeader('Retry-After', Math.max(1, Math.ceil(retryAfter)));
    if (error.kind === 'auth_error') response.setHeader('WWW-Authenticate', 'Bearer');
    if (!request.complete) readRestBriefly(request, response);
    response.status(ERROR_STATUS[error.kind]).json(errorEnvelope(error, request, this.clock.now()));
  }

  #log(error: BackupError, response: Response): void {
    const facts = { errorType: error.kind };
    if (error.kind === 'system_error') this.logger.error({ ...facts, err: error }, error.message);
    else if (error.kind === 'unavailable' && this.end.begun) {
      // Nothing is wrong: whoever runs the server wanted its end.
      markExpected(response);
      this.logger.warn(facts, error.message);
    } else if (error.kind === 'unavailable') this.logger.error(facts, error.message);
    else this.logger.debug(facts, error.message);
  }
}
