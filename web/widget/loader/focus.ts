import type { Container } from './container.ts';

const focusable =
  'a[href], button:not(:disabled), textarea:not(:disabled), input:not(:disabled), summary, [tabindex="0"]';

/** Escape closes the widget; while it covers the page (`modal`), Tab goes around inside it. */
export function keepFocusInside({ frame, root }: Container, modal: () => boolean, close: () => void): void {
  frame.addEventListener('keydown', event => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
    }
    if (event.key !== 'Tab' || !modal()) return;
    const inside = [...frame.querySelectorAll<HTMLElement>(focusable)].filter(one => one.checkVisibility());
    const [first, last] = [inside[0], inside.at(-1)];
    const from = root.activeElement;
    if (event.shiftKey ? from !== first : from !== last) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  });
}
