import type { ExtractedPage } from '../../knowledge/index.ts';
import { atOnce } from '../../platform/at-once.ts';
import type { Fetched } from '../fetch/fetched.ts';
import type { Pace } from '../fetch/pace.ts';
import type { Render } from '../render/remote-renderer.ts';
import { htmlOf } from '../render/rendered-html.ts';

/** Shows the address in a browser, at the site's pace. */
export type ShowPage = (url: URL) => ReturnType<Render>;

/** So many pages of one crawl are in browsers at a time: others have pages to show, too. */
const shownAtOnce = 2;

/**
 * For one crawl, whose job has asked for `origin`. `heavy`: waits longer, scrolls, and opens what is folded. `crawl` is
 * an id that no other has.
 */
export function showAtPace(
  render: Render,
  { origin, heavy = false, crawl }: { origin: string; heavy?: boolean; crawl: string },
  pace: Pace,
  signal: AbortSignal,
): ShowPage {
  const places = atOnce(shownAtOnce);
  return url =>
    places(async () => {
      await pace.turn(url, signal, { isSecond: true });
      return render({ url: url.href, origin, heavy, crawl }, signal);
    });
}

/** Whether the page has scripts, which may fill it. Data and templates in script elements are none. */
export const hasScripts = (html: Uint8Array): boolean =>
  /<script\b(?![^>]{0,300}\b(?:json|template)\b)/i.test(Buffer.from(html).toString('latin1'));

/** In characters. A page that shows less says nothing; "Loading ..." is less. */
const leastText = 100;

export const textLength = ({ blocks }: ExtractedPage): number =>
  blocks.reduce((length, { text }) => length + text.length, 0);

/** What came of looking at a page in a browser. */
export type Shown =
  /** `url` is where the page's scripts lead. */
  | { readonly kind: 'page'; readonly fetched: Fetched; readonly url: URL }
  /** It can not be shown. `enough` tells that the page can be learned without. */
  | { readonly kind: 'problem'; readonly reason: string; readonly enough: boolean };

/** Looks at the page in a browser. `plain` is what it shows without. */
export async function showPage(fetched: Fetched, plain: ExtractedPage, show: ShowPage): Promise<Shown> {
  const reply = await show(fetched.url);
  if (reply.kind === 'failed') {
    const reason = `needs a browser, and can not be shown: ${reply.reason}`;
    return { kind: 'problem', reason, enough: textLength(plain) >= leastText };
  }
  const { etag: _, lastModified: __, ...facts } = fetched;
  return {
    kind: 'page',
    url: new URL(reply.url),
    // Without an ETag: it is one of the page before its scripts, and does not change with what they show.
    fetched: {
      ...facts,
      status: reply.status,
      contentType: 'text/html; charset=utf-8',
      robotsTags: [...(fetched.robotsTags ?? []), ...reply.robotsTags],
      body: Buffer.from(await htmlOf(reply)),
    },
  };
}
