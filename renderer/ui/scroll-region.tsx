import type { ReactNode, Ref, UIEventHandler } from 'react';

/** What scrolls in itself must be reachable by keyboard, although nothing in it can be pressed. */
const reachable = { tabIndex: 0, role: 'region' };

interface ScrollRegionProps {
  /** What it holds, for screen readers. */
  label: string;
  className?: string | undefined;
  onScroll?: UIEventHandler<HTMLElement>;
  ref?: Ref<HTMLDivElement>;
  children: ReactNode;
}

/** A box that scrolls in itself: focusable, named, so that the arrow keys move it. */
export function ScrollRegion({ label, className, onScroll, ref, children }: ScrollRegionProps) {
  return (
    <div {...reachable} aria-label={label} {...(className === undefined ? {} : { className })} {...(onScroll === undefined ? {} : { onScroll })} ref={ref ?? null}>
      {children}
    </div>
  );
}
