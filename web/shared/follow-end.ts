import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** So near to the end counts as being there: a reader's thumb is not exact. */
const near = 40;

export interface FollowEnd {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** The reader looks at the end, and is kept there while it grows. */
  readonly atEnd: boolean;
  /** Goes to the end and stays there. */
  readonly goToEnd: (smooth: boolean) => void;
}

/** Keeps a growing page at its end for a reader who is at its end, and leaves alone one who scrolled up. */
export function useFollowEnd(): FollowEnd {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const goToEnd = useCallback((smooth: boolean) => {
    follows.current = true;
    setAtEnd(true);
    const box = scroller.current;
    box?.scrollTo({ top: box.scrollHeight, behavior: smooth ? 'smooth' : 'instant' });
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const inside = content.current;
    if (!box || !inside) return undefined;
    let lastTop = box.scrollTop;
    const onScroll = () => {
      const distance = box.scrollHeight - box.clientHeight - box.scrollTop;
      // Only going up is the reader's wish to stay; the page itself only ever moves down.
      if (box.scrollTop < lastTop - 1 && distance > near) follows.current = false;
      else if (distance <= near) follows.current = true;
      lastTop = box.scrollTop;
      setAtEnd(follows.current);
    };
    const keep = () => {
      if (follows.current) box.scrollTop = box.scrollHeight;
    };
    const observer = new ResizeObserver(keep);
    observer.observe(inside);
    observer.observe(box);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { scroller, content, atEnd, goToEnd };
}
