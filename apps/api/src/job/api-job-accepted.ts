import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { envelopeOf } from '../http/envelope.dto.js';
import { JOB } from './job.dto.js';

/** A route that asks for a job: 202, and where its state is. */
export function JobAccepted(): MethodDecorator {
  return applyDecorators(
    HttpCode(202),
    ApiResponse({
      status: 202,
      description: 'The job will be done; its state is at `Location`.',
      headers: { Location: { description: 'Address of the job.', schema: { type: 'string' } } },
      standardSchema: envelopeOf(JOB),
    }),
  );
}
