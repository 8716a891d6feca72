import { checkDestination, listDestinations } from '@satchel/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../../lib/api.js';

/** Where backups are kept. Each place is asked, so that it is not done as often as the status. */
export function useDestinations() {
  return useQuery({
    queryKey: ['system', 'destinations'],
    queryFn: ({ signal }) => ask(listDestinations({ signal })),
    refetchInterval: 60_000,
  });
}

/** Tries out all that a destination must do. */
export function useCheckDestination() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => ask(checkDestination({ path: { name } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['system', 'destinations'] }),
  });
}
