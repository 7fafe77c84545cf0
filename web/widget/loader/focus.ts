import type { Container } from './container.ts';

const focusable =
  'a[href], button:not(:disabled), textarea:not(:disabled), input:not(:disabled), summary, [tabindex="0"]';

/** Escape closes the widget; while it covers the page (`modal`), Tab goes around inside it. */
export function keepFocusInside(
  { frame, launcher, root }: Container,
  modal: () => boolean,
  close: () => void,
): void {
  const listen = (event: KeyboardEvent): void => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Escape' && frame.classList.contains('open')) {
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
  };
  // The button listens too: it has the focus until the panel is there.
  for (const part of [frame, launcher]) part.addEventListener('keydown', listen);
}
