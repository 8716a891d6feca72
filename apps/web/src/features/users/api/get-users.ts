import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { userList } from '@satchel/api-client';
import { ask } from '../../../lib/api.js';

export interface UserSearch {
  readonly search: string;
  readonly page: number;
  readonly pageSize: number;
}

export function getUsers({ search, page, pageSize }: UserSearch, signal?: AbortSignal) {
  const query = { ...(search === '' ? {} : { search }), page, page_size: pageSize };
  return ask(userList({ query, signal: signal ?? null }));
}

export function useUsers(search: UserSearch) {
  return useQuery({
    queryKey: ['users', search],
    queryFn: ({ signal }) => getUsers(search, signal),
    placeholderData: keepPreviousData,
  });
}
