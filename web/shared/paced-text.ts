import { useEffect, useRef, useState } from 'preact/hooks';

/** A longer backlog is shown at once: nobody reads along with a replay, or after a return to the tab. */
const largestGap = 600;
/** A backlog is shown over about so many frames: the server sends every 100 ms, which is six frames. */
const spread = 7;

/** The length to show next: some more of the text, never half of a character that takes two units. */
export function nextLength(shown: number, text: string): number {
  const backlog = text.length - shown;
  if (backlog <= 0 || backlog > largestGap) return text.length;
  const next = shown + Math.max(1, Math.ceil(backlog / spread));
  const unit = text.charCodeAt(next - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? next + 1 : next;
}

/**
 * The part of the text to show. It grows frame by frame towards the received text, so that batches from the network
 * flow instead of jumping. Text that was there when the component appeared is shown at once.
 */
export function usePacedText(text: string): string {
  const [shown, setShown] = useState(text.length);
  const reducesMotion = useRef(matchMedia('(prefers-reduced-motion: reduce)').matches);
  const length = Math.min(shown, text.length);
  useEffect(() => {
    if (length === text.length) {
      if (shown !== length) setShown(length);
      return undefined;
    }
    // A hidden page gets no frames, and nobody watches the text flow.
    if (reducesMotion.current || document.hidden) {
      setShown(text.length);
      return undefined;
    }
    const frame = requestAnimationFrame(() => setShown(nextLength(length, text)));
    return () => cancelAnimationFrame(frame);
  }, [text, shown]);
  return text.slice(0, length);
}
