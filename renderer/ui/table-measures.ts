import { useCallback, useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';

interface Measures {
  widthRem: number;
  remPx: number;
}

/**
 * Width of an element in rem and one rem in pixels, following both: `probe` is one rem wide and changes with the text size
 * of the browser. Without end until known, so that nothing is moved too early.
 */
export function useMeasures(ref: RefObject<HTMLElement | null>, probe: RefObject<HTMLElement | null>): Measures {
  const [measures, setMeasures] = useState<Measures>({ widthRem: Number.POSITIVE_INFINITY, remPx: 16 });
  useLayoutEffect(() => {
    const element = ref.current;
    const rem = probe.current;
    if (element === null || rem === null) return undefined;
    const measure = (): void => {
      const remPx = rem.getBoundingClientRect().width || 16;
      const widthRem = element.clientWidth / remPx;
      setMeasures((before) => (before.widthRem === widthRem && before.remPx === remPx ? before : { widthRem, remPx }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(rem);
    return () => observer.disconnect();
  }, [ref, probe]);
  return measures;
}

/** At which sides more of an element is to be seen by scrolling; follows its size and that of its content, and `look`. */
export function useEdges(ref: RefObject<HTMLElement | null>): { left: boolean; right: boolean; look: () => void } {
  const [edges, setEdges] = useState({ left: false, right: false });
  const look = useCallback((): void => {
    const element = ref.current;
    if (element === null) return;
    const left = element.scrollLeft > 1;
    const right = element.scrollLeft + element.clientWidth < element.scrollWidth - 1;
    setEdges((before) => (before.left === left && before.right === right ? before : { left, right }));
  }, [ref]);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [ref, look]);
  return { ...edges, look };
}
