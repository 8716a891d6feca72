import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { request } from '../../../lib/api.js';
import type { Page, User } from '../../../lib/contract.js';

export interface UserSearch {
  readonly search: string;
  readonly page: number;
  readonly pageSize: number;
}

export function getUsers({ search, page, pageSize }: UserSearch, signal?: AbortSignal): Promise<Page<User>> {
  return request<Page<User>>('GET', 'users', { query: { search, page, page_size: pageSize }, signal });
}

export function useUsers(search: UserSearch) {
  return useQuery({
    queryKey: ['users', search],
    queryFn: ({ signal }) => getUsers(search, signal),
    placeholderData: keepPreviousData,
  });
}
