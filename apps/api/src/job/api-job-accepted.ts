import { applyDecorators, HttpCode } from '@nestjs/common';
import type { z } from 'zod';
import type { ReplyExample } from '../http/envelope.dto.js';
import { ApiReply } from '../http/envelope.dto.js';
import { JOB } from './job.dto.js';

/** For the description of an answer of 202. */
export const LOCATION_HEADER = {
  Location: {
    description: 'Address of the job.',
    schema: { type: 'string' },
    example: '/backup/api/status/5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21/',
  },
} as const;

/** A route that asks for a job: 202, and where its state is. */
export function JobAccepted(example: ReplyExample<z.input<typeof JOB>>): MethodDecorator {
  return applyDecorators(
    HttpCode(202),
    ApiReply(JOB, {
      status: 202,
      description: 'The job will be done; its state is at `Location`.',
      headers: LOCATION_HEADER,
      example,
    }),
  );
}
