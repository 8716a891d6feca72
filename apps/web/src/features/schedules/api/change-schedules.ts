import type { NewSchedule } from '@satchel/api-client';
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  runSchedule,
} from '@satchel/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';
import { watchedJobs } from '../../jobs/watched-jobs.js';

export type ScheduleFields = Required<Omit<NewSchedule, 'paused'>>;

export interface SavedSchedule {
  /** None: it is a new one. */
  readonly scheduleId: string | null;
  readonly fields: ScheduleFields;
}

export function saveSchedule({ scheduleId, fields }: SavedSchedule) {
  return scheduleId === null
    ? ask(createSchedule({ body: fields }))
    : ask(changeSchedule({ path: { schedule_id: scheduleId }, body: fields }));
}

export function useSaveSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: saveSchedule,
    onSuccess: () => client.invalidateQueries({ queryKey: ['schedules'] }),
  });
}

/** Lets a schedule rest, or go on. */
export function usePauseSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ scheduleId, paused }: { scheduleId: string; paused: boolean }) =>
      ask((paused ? pauseSchedule : resumeSchedule)({ path: { schedule_id: scheduleId } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['schedules'] }),
  });
}

export function useRunSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (scheduleId: string) => ask(runSchedule({ path: { schedule_id: scheduleId } })),
    onSuccess: async job => {
      watchedJobs.add(job.job_id);
      await Promise.all([
        client.invalidateQueries({ queryKey: ['jobs', 'active'] }),
        client.invalidateQueries({ queryKey: ['schedules'] }),
      ]);
    },
  });
}

export function useRemoveSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (scheduleId: string) => ask(deleteSchedule({ path: { schedule_id: scheduleId } })),
    // Also where somebody else was quicker: then it is gone from the list all the same.
    onSettled: () => client.invalidateQueries({ queryKey: ['schedules'] }),
  });
}
