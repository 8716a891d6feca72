import { OnQueueStalled, Processor } from '@nestjs/bull';
import { Inject } from '@nestjs/common';
import { JOB_QUEUE, type JobLog } from '@satchel/wiring';
import type { Job } from 'bull';

export const WORKER_LOG = Symbol('WorkerLog');

/**
 * Says what Bull alone knows: that a worker has not been heard of, and its job goes to another. That is all that `@Processor`
 * is for here; jobs themselves are taken by `BullJobQueue.start`, for the reasons that stand in `bull-queue.module.ts`.
 */
@Processor(JOB_QUEUE)
export class StalledJobsListener {
  constructor(@Inject(WORKER_LOG) private readonly log: JobLog) {}

  @OnQueueStalled()
  onStalled(job: Job<{ readonly jobId: string }>): void {
    this.log.warn(
      { jobId: job.data.jobId },
      'The worker of a job has not been heard of; it is offered to others.',
    );
  }
}
