import type { ReactNode } from 'react';
import { ErrorState } from './error-state.js';
import { RowSkeleton } from './row-skeleton.js';

interface LoadedProps<Data> {
  readonly query: {
    readonly data: Data | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** The shape of what is about to come; rows, if it is not said. */
  readonly waiting?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

/** What was asked for; until it is there its shape, or what went wrong, with the way to try again. */
export function Loaded<Data>({ query, waiting = <RowSkeleton />, children }: LoadedProps<Data>) {
  const { data, error, refetch } = query;
  if (data !== undefined) return children(data);
  return error === null ? waiting : <ErrorState error={error} onRetry={() => void refetch()} />;
}
