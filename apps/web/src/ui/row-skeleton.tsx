import { Skeleton } from '@mantine/core';
import { useText } from '../texts/use-text.js';

/** The shape of what is about to come, so that nothing jumps when it does. */
export function RowSkeleton({ rows = 5, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useText();
  return (
    <div role="status" aria-label={t('state.loading')} style={{ display: 'grid', gap: 12, padding: 20 }}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </div>
  );
}
