import type { Block } from '../../documents/document.ts';
import { lengthOf, shortPage } from './data-blocks.ts';
import { isScriptNotice } from './hidden.ts';
import { type Element, type HtmlPage, textOf } from './html.ts';

/** In characters. With less than this a page that has scripts says nothing. */
const nearlyNothing = 40;

/**
 * Whether the page's text is made by scripts: it has some, little text, and a place that waits for more. `blocks` is
 * all that was found without a browser, in the page's data too. A short page that waits for nothing is just short.
 */
export function needsBrowser(page: HtmlPage, blocks: readonly Block[]): boolean {
  if (!page.scripted || page.frames) return false;
  const length = lengthOf(blocks);
  if (length >= shortPage) return false;
  return length < nearlyNothing || page.elements.some(waitsForScripts);
}

/** Ids of the elements that frameworks draw a page into. */
const mountPoint =
  /^(?:root|app|main-app|__next|__nuxt|___gatsby|svelte|react-root|app-root|application|ember\d*)$/i;
const waiting =
  /^\s*(?:loading|please wait|lädt|chargement|cargando|caricamento|laden|読み込み中|加载中|загрузка)\P{L}*$/iu;

function waitsForScripts(element: Element): boolean {
  const { tag, attributes } = element;
  if (tag === 'noscript') return isScriptNotice(textOf(element));
  const mounts =
    mountPoint.test(attributes['id'] ?? '') || tag === 'app-root' || 'data-reactroot' in attributes;
  return mounts && (isEmpty(element) || waiting.test(textOf(element)));
}

const isEmpty = (element: Element): boolean => textOf(element).trim() === '';
