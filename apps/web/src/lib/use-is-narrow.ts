import type { RefObject } from 'react';
import { useLayoutEffect, useRef, useState } from 'react';

/**
 * Whether an element has less room than its one child needs: less than some width, or less than the child has ever taken up.
 * Known before it is first painted.
 *
 * @param belowPx what is too narrow in any case
 * @returns       what to give the element as `ref`, and the answer
 */
export function useIsNarrow(belowPx: number): readonly [RefObject<HTMLDivElement | null>, boolean] {
  const element = useRef<HTMLDivElement>(null);
  const [narrow, setNarrow] = useState(false);
  // The most that was ever needed: else a page of short names and one of long ones would look different.
  const needed = useRef(belowPx);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => {
      const { clientWidth, scrollWidth } = current;
      if (clientWidth === 0) return;
      // Laid out for little room, the content says nothing of what it would need otherwise.
      if (!narrow && scrollWidth > clientWidth) needed.current = Math.max(needed.current, scrollWidth);
      setNarrow(clientWidth < needed.current);
    };
    measure();
    // Told after a layout that takes place anyway: to measure after each change would force one more.
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    if (current.firstElementChild !== null) observer.observe(current.firstElementChild);
    return () => observer.disconnect();
  }, [narrow]);
  return [element, narrow];
}
