import type { RefObject } from 'react';
import { useLayoutEffect, useRef, useState } from 'react';

/**
 * Whether an element has less than some width; known before it is first painted.
 *
 * @returns what to give the element as `ref`, and the answer
 */
export function useIsNarrow(belowPx: number): readonly [RefObject<HTMLDivElement | null>, boolean] {
  const element = useRef<HTMLDivElement>(null);
  const [narrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => setNarrow(current.clientWidth > 0 && current.clientWidth < belowPx);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [belowPx]);
  return [element, narrow];
}
