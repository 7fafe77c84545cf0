/** Colours that are legible together: WCAG 2.2 asks for 4.5:1 for text, and 3:1 for the parts of controls. */
export interface Theme {
  /** Behind the head of the widget and on its buttons, as the workspace chose it. */
  readonly accent: string;
  readonly onAccent: string;
  /** The accent as text on a light page: darker where the chosen one would be too pale. */
  readonly inkOnLight: string;
  /** The same on a dark page: lighter where the chosen one would be too dim. */
  readonly inkOnDark: string;
}

const textContrast = 4.5;

export const isColour = (value: unknown): value is string =>
  typeof value === 'string' && /^#[\da-f]{6}$/.test(value);

export function themeOf(color: string, textColor?: string): Theme {
  return {
    accent: color,
    onAccent: legibleOn(color, textColor),
    inkOnLight: legibleColor(color, '#f1f4f3', 0),
    inkOnDark: legibleColor(color, '#232e2b', 255),
  };
}

/** The chosen text colour where it is legible on the accent, else the better of white and black. */
function legibleOn(accent: string, textColor: string | undefined): string {
  if (textColor && contrast(textColor, accent) >= textContrast) return textColor;
  const best = contrast('#ffffff', accent) >= contrast('#111111', accent) ? '#ffffff' : '#111111';
  // On some colours in between, only pure black is legible.
  return contrast(best, accent) >= textContrast ? best : '#000000';
}

/** The colours that the chat page takes from its mode, on its light or its dark ground. */
export interface Palette {
  /** Text, and what is filled. */
  readonly accent: string;
  /** The same while the pointer is over it. */
  readonly strong: string;
  /** Text on what is filled. */
  readonly onAccent: string;
  /** Behind text: a hint of the colour. */
  readonly soft: string;
}

/** The page's grounds (`tokens.css`): `canvas`, and the one of them on which a colour is the hardest to see. */
const grounds = {
  light: { canvas: '#ffffff', hardest: '#f4f6f5', hint: 0.1, towards: 0 },
  dark: { canvas: '#111816', hardest: '#1c2624', hint: 0.2, towards: 255 },
} as const;

export function paletteOf(color: string, textColor: string | undefined, on: 'light' | 'dark'): Palette {
  const { canvas, hardest, hint, towards } = grounds[on];
  const soft = mixed(canvas, color, hint);
  const accent = legibleColor(legibleColor(color, hardest, towards), soft, towards);
  return {
    accent,
    soft,
    strong: mixed(accent, towards === 0 ? '#000000' : '#ffffff', 0.25),
    onAccent: legibleOn(accent, textColor),
  };
}

/** The ratio of WCAG 2 between two colours `#rrggbb`: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const channels = (color: string): number[] =>
  [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16));

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map(channel => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** `share` of the other colour in the one. */
const mixed = (one: string, other: string, share: number): string =>
  hex(channels(one).map((channel, at) => channel + ((channels(other)[at] ?? 0) - channel) * share));

const hex = (rgb: readonly number[]): string =>
  `#${rgb.map(channel => Math.floor(channel).toString(16).padStart(2, '0')).join('')}`;

/**
 * The colour, moved `towards` black or white as far as text in it needs to be legible on a sunken field. That is harder
 * than on the ground around it.
 */
function legibleColor(color: string, field: string, towards: 0 | 255): string {
  let ink = color;
  while (contrast(ink, field) < textContrast) {
    ink = hex(channels(ink).map(channel => towards + (channel - towards) * 0.92));
  }
  return ink;
}
