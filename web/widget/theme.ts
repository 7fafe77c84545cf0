/** Colours that are legible together: WCAG 2.2 asks for 4.5:1 for text and 3:1 for what is to be seen. */
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

export function themeOf(color: string, textColor?: string): Theme {
  const wanted = textColor && contrast(textColor, color) >= textContrast ? textColor : undefined;
  const best = contrast('#ffffff', color) >= contrast('#111111', color) ? '#ffffff' : '#111111';
  // Between the two lie colours on which pure black alone is legible.
  const onAccent = wanted ?? (contrast(best, color) >= textContrast ? best : '#000000');
  return {
    accent: color,
    onAccent,
    inkOnLight: legible(color, '#f1f4f3', 0),
    inkOnDark: legible(color, '#232e2b', 255),
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

/** The colour, as far on the way `towards` black or white as text of it needs on a sunken field, which is harder than the ground around. */
function legible(color: string, field: string, towards: 0 | 255): string {
  let ink = color;
  while (contrast(ink, field) < textContrast) {
    ink = `#${channels(ink)
      .map(channel =>
        Math.floor(towards + (channel - towards) * 0.92)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`;
  }
  return ink;
}
