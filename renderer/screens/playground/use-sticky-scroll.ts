import { useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

export interface StickyScroll {
  box: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  /** Whether the view follows what is written. */
  following: boolean;
  follow: () => void;
}

/** So near to the end counts as being there. */
const NEAR_PX = 24;

/**
 * Keeps the end in view while text is added, until the reader scrolls up; from then on nothing moves until they are back
 * at the end. `content` changes whenever something was added.
 */
export function useStickyScroll(content: readonly unknown[]): StickyScroll {
  const box = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const sticky = useRef(true);
  const [following, setFollowing] = useState(true);
  const stick = (on: boolean): void => {
    sticky.current = on;
    setFollowing(on);
  };
  const toEnd = (): void => {
    const element = box.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
  };
  useLayoutEffect(() => {
    if (sticky.current && content.length > 0) toEnd();
  }, [content]);
  return {
    box,
    following,
    onScroll: () => {
      const element = box.current;
      if (element === null) return;
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR_PX;
      // Only the reader scrolls upwards; growing text never does.
      if (atEnd) stick(true);
      else if (element.scrollTop < lastTop.current - 1) stick(false);
      lastTop.current = element.scrollTop;
    },
    follow: () => {
      stick(true);
      toEnd();
    },
  };
}
