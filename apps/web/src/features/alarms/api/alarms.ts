import { acknowledgeAlarm, listAlarmChannels, listAlarms, testAlarms } from '@satchel/api-client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';
import type { Language } from '../../../texts/language.js';

export interface AlarmSearch {
  readonly state: 'open' | 'past';
  readonly page: number;
  readonly pageSize: number;
}

/** @param language of what the server says of each */
export function useAlarms({ state, page, pageSize }: AlarmSearch, language: Language) {
  return useQuery({
    queryKey: ['alarms', state, page, pageSize, language],
    queryFn: ({ signal }) =>
      ask(listAlarms({ query: { state, page, page_size: pageSize, language }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}

export function useAlarmChannels() {
  return useQuery({
    queryKey: ['alarms', 'channels'],
    queryFn: ({ signal }) => ask(listAlarmChannels({ signal })),
    refetchInterval: 30_000,
  });
}

/** Sends a test through every channel, and waits for what becomes of it. */
export function useTestAlarms() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ask(testAlarms()),
    onSettled: () => client.invalidateQueries({ queryKey: ['alarms'] }),
  });
}

/** Says that somebody knows: the alarm is not repeated any more. */
export function useAcknowledgeAlarm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (alarmId: string) => ask(acknowledgeAlarm({ path: { id: alarmId } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['alarms'] }),
  });
}
