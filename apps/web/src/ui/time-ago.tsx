import { useNow } from '../lib/use-now.js';
import { useText } from '../texts/use-text.js';

/** A moment as people say it, with the exact one on hover. */
export function TimeAgo({ at }: { at: string }) {
  const { format } = useText();
  const now = useNow();
  return (
    <time dateTime={at} title={format.exact(at)}>
      {format.relative(at, now)}
    </time>
  );
}
