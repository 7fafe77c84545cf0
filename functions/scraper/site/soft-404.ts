import { decodeHtml, type ExtractedPage, extractPage } from '../../knowledge/index.ts';
import { tryWithinBudget } from '../../platform/within-budget.ts';
import type { Scope } from '../fetch/address.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import type { PatientFetch } from '../fetch/fetch-patiently.ts';
import { isHtml } from '../fetch/media-type.ts';
import { TimeUp } from '../fetch/pace.ts';
import type { SiteRules } from './site-rules.ts';

/** The page that a site shows, with status 200, for an address that does not exist. */
export interface NotFoundLook {
  readonly title: string;
  readonly words: ReadonlySet<string>;
}

/** The processor time for the page. One of the greatest size takes about two seconds. */
const readingBudgetMs = 10_000;

/**
 * Asks for an address that can not exist, made of `token`. When the site answers with a page, that is how its "not
 * found" page looks. Undefined when the site answers 404 as it should, when the address may not be fetched, or when
 * there is no answer in time.
 */
export async function probeNotFound(
  start: URL,
  scope: Scope,
  rules: SiteRules,
  token: string,
  fetch: PatientFetch,
): Promise<NotFoundLook | undefined> {
  if (scope.kind === 'page') return undefined;
  const url = new URL(token, new URL(scope.kind === 'section' ? scope.path : '/', start));
  if ((await rules.refusal(url)) !== undefined) return undefined;
  try {
    const fetched = await fetch(url, {
      wants: (status, contentType) => status === 200 && isHtml(contentType),
    });
    if (fetched.status !== 200 || !fetched.body) return undefined;
    const { body, contentType, url: final } = fetched;
    return tryWithinBudget(readingBudgetMs, () =>
      lookOf(extractPage(decodeHtml(body, contentType), final), token),
    );
  } catch (error) {
    if (error instanceof FetchFailure || error instanceof TimeUp) return undefined;
    throw error;
  }
}

/** Remembers how the answer to an invented address looks. `token` is the invented part, which some pages repeat. */
export const lookOf = (page: ExtractedPage, token: string): NotFoundLook => ({
  title: page.title.replaceAll(token, ''),
  words: wordsOf(page, token),
});

/** Titles of "not found" pages, in the languages of most sites. */
const notFoundTitle =
  /^(?:error )?404\b|\b(?:page|site) (?:was )?not found\b|\bseite (?:wurde )?nicht gefunden\b|\bpage (?:non trouvée|introuvable)\b|\bpágina no encontrada\b|\bpagina non trovata\b|\bpagina niet gevonden\b|\bnie znaleziono strony\b/iu;
const longestApology = 800;

/** Whether it is a short page whose title or main heading says "not found", whatever its status is. */
export function saysNotFound({ title, blocks }: ExtractedPage): boolean {
  const heading = blocks.find(block => block.kind === 'heading' && block.level === 1)?.text ?? '';
  if (!notFoundTitle.test(title.trim()) && !notFoundTitle.test(heading.trim())) return false;
  return blocks.reduce((length, { text }) => length + text.length, 0) <= longestApology;
}

/** Whether the page has nine words of ten in common with the "not found" page. */
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
