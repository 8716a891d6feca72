import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Clock } from '@satchel/domain';
import type { Observable } from 'rxjs';
import { map } from 'rxjs';
import { Reply } from './reply.js';

/** Puts the contract's envelope around each `Reply`; what is streamed or written by hand passes as it is. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(private readonly clock: Clock) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next
      .handle()
      .pipe(map((answer: unknown) => (answer instanceof Reply ? this.#wrap(answer) : answer)));
  }

  #wrap({ message, data, warnings }: Reply<unknown>) {
    return {
      status: 'success',
      message,
      data,
      ...(warnings.length > 0 ? { warnings } : {}),
      timestamp: this.clock.now().toISOString(),
    };
  }
}
