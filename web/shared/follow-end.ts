import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** A reader who scrolls down to within so many pixels of the end counts as being there: a thumb is not exact. */
const near = 40;
/** Positions are fractions of a pixel where the page is zoomed. */
const leastMove = 0.5;
/** The share of the visible part that a turned page moves by: it begins with the last lines of the one before. */
const pageShare = 0.85;

export interface FollowEnd {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** Whether the reader is at the end, and is kept there while it grows. */
  readonly atEnd: boolean;
  /** Goes to the end and stays there. */
  readonly goToEnd: (smooth: boolean) => void;
  /** Scrolls by so many pages; below 0 towards the beginning. */
  readonly turnPage: (pages: number) => void;
}

/**
 * Keeps a growing page at its end while the reader is at its end. A reader who has scrolled up, even by a pixel, stays
 * there. Does nothing while there is no `growing` conversation: a welcome is read from its beginning.
 */
export function useFollowEnd(growing: boolean): FollowEnd {
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
  const turnPage = useCallback((pages: number) => {
    const box = scroller.current;
    box?.scrollBy({ top: pages * pageShare * box.clientHeight });
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const inside = content.current;
    if (!growing || !box || !inside) return undefined;
    follows.current = true;
    setAtEnd(true);
    let lastTop = box.scrollTop;
    const onScroll = () => {
      const distance = box.scrollHeight - box.clientHeight - box.scrollTop;
      // Only a reader scrolls up. The page itself only moves down, or is cut short at its end.
      const wentUp = box.scrollTop < lastTop - leastMove;
      if (wentUp) follows.current = distance < 1;
      else if (distance <= near) follows.current = true;
      lastTop = box.scrollTop;
      setAtEnd(follows.current);
    };
    const keep = () => {
      if (!follows.current) return;
      box.scrollTop = box.scrollHeight;
      lastTop = box.scrollTop;
    };
    const observer = new ResizeObserver(keep);
    observer.observe(inside);
    observer.observe(box);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, [growing]);

  return { scroller, content, atEnd: atEnd || !growing, goToEnd, turnPage };
}

/** The keys that turn pages do so from the field for a question as well, unless that itself has more than it shows. */
export function turnPageBy(
  event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement },
  turnPage: FollowEnd['turnPage'],
): void {
  const pages = event.key === 'PageUp' ? -1 : event.key === 'PageDown' ? 1 : 0;
  const { scrollHeight, clientHeight } = event.currentTarget;
  // A border counts to the one and not to the other.
  if (pages === 0 || scrollHeight > clientHeight + 4) return;
  event.preventDefault();
  turnPage(pages);
}
