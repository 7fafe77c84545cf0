/**
 * How long a text is: its characters as Unicode counts them (code points), so that an emoji outside of the first plane
 * is one. Every limit of the product counts so, as Zod's `max` and OpenAPI's `maxLength` do; `text.length` counts such
 * a character twice.
 */
export function lengthOf(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at += 1) {
    if ((text.codePointAt(at) ?? 0) <= 0xff_ff) continue;
    pairs += 1;
    at += 1;
  }
  return text.length - pairs;
}

/** Counts nothing where the answer is plain, as for a text of megabytes that may have a thousand characters. */
export const isLonger = (text: string, most: number): boolean =>
  text.length > 2 * most || (text.length > most && lengthOf(text) > most);

/** The first `most` characters of the text. No character is cut in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = 0;
  for (let kept = 0; kept < most && end < text.length; kept += 1)
    end += (text.codePointAt(end) ?? 0) > 0xff_ff ? 2 : 1;
  return text.slice(0, end);
}
