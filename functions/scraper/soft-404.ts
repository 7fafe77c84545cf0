import type { ExtractedPage } from './extract.ts';

/** What a site shows, as if all were well, for an address that does not exist. */
export interface NotFoundLook {
  readonly title: string;
  readonly words: ReadonlySet<string>;
}

/** Remembers the answer to a made-up address; `token` is the made-up part, which some pages repeat. */
export const lookOf = (page: ExtractedPage, token: string): NotFoundLook => ({
  title: page.title.replaceAll(token, ''),
  words: wordsOf(page, token),
});

/** Same title (or none to tell apart) and nine words of ten in common. */
export function looksNotFound(page: ExtractedPage, look: NotFoundLook): boolean {
  const words = wordsOf(page, '');
  if (words.size === 0 && look.words.size === 0) return page.title === look.title;
  let shared = 0;
  for (const word of words) if (look.words.has(word)) shared += 1;
  return shared / (words.size + look.words.size - shared) >= 0.9;
}

function wordsOf(page: ExtractedPage, token: string): Set<string> {
  const words = new Set<string>();
  for (const { text } of [{ text: page.title }, ...page.blocks]) {
    const shown = token === '' ? text : text.replaceAll(token, '');
    for (const word of shown.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []) words.add(word);
  }
  return words;
}
