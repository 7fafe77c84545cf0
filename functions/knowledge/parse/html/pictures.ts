import { type Element, textOf, trimSpaces } from './html.ts';

/** In characters. */
const longestAlt = 300;
/** A picture repeats the page when this share of its words stands in the text. */
const repeatedShare = 0.5;

/**
 * The pictures whose text tells facts that the page does not: words with numbers, most of them new, and the picture is
 * no link. The text of other pictures describes what they show. `inside` are all elements of `root`.
 */
export function informativePictures(root: Element, inside: readonly Element[]): Element[] {
  const candidates = inside.filter(element => element.tag === 'img' && mayInform(element));
  if (candidates.length === 0) return [];
  const known = new Set(wordsOf(textOf(root)));
  return candidates.filter(picture => {
    const words = wordsOf(picture.attributes['alt'] ?? '');
    return words.filter(word => known.has(word)).length < words.length * repeatedShare;
  });
}

function mayInform({ attributes: { alt = '', role, 'aria-hidden': hidden }, parent }: Element): boolean {
  const text = trimSpaces(alt);
  if (role === 'presentation' || role === 'none' || hidden === 'true' || parent?.tag === 'a') return false;
  return (
    text.length <= longestAlt &&
    /\d/.test(text) &&
    /\S \S+ \S/.test(text) &&
    !/\.(?:jpe?g|png|gif|webp|svg|avif)$/i.test(text)
  );
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
