import { isColour, type Palette, paletteOf } from '../shared/theme.ts';
import type { Greeting } from '../shared/visitor.ts';

let sheet: CSSStyleSheet | undefined;

/**
 * Draws the page in the mode's colour, made darker or lighter where it would not be legible. A mode without a colour
 * has the product's own.
 */
export function showColours({ color, text_color }: Partial<Greeting>): void {
  if (!isColour(color)) return;
  if (!sheet) {
    // A sheet that is made by script needs no permission of the page's content policy.
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(sheet);
  }
  const rule = (palette: Palette): string =>
    `:root{--accent:${palette.accent};--accent-strong:${palette.strong};--on-accent:${palette.onAccent};--accent-soft:${palette.soft}}`;
  const [light, dark] = (['light', 'dark'] as const).map(ground =>
    rule(paletteOf(color, isColour(text_color) ? text_color : undefined, ground)),
  );
  sheet.replaceSync(`${light}@media (prefers-color-scheme:dark){${dark}}`);
}
