import type { ScraperEffects } from '../effects.ts';
import type { Fetcher } from '../fetch/fetch-page.ts';
import { fetchAtPace } from '../fetch/fetch-patiently.ts';
import { robotName } from '../fetch/user-agent.ts';
import { siteRules } from '../site/site-rules.ts';
import { beginCrawl, type CrawlSlice } from './begin-crawl.ts';
import { Coverage } from './coverage.ts';
import { Frontier } from './frontier.ts';
import type { PageRecord } from './page-store.ts';
import { visitAll } from './visit-all.ts';

/**
 * Visits known pages of the job's site once more, each for itself: no link is followed, and whoever reaches a page still
 * does. Throws `TimeUp` or `Postponed` when the slice ends first. Then what was visited has been submitted to the knowledge.
 */
export async function visitAgain(
  slice: CrawlSlice,
  pages: readonly PageRecord[],
  { fetcher, verify }: { fetcher: Fetcher; verify: boolean },
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<void> {
  const { job, pace } = slice;
  const scope = { kind: 'site', site: job.site } as const;
  const coverage = new Coverage();
  const leaveOut = () => undefined;
  const frontier = new Frontier({ scope, maxPages: pages.length, leaveOut });
  frontier.close();
  for (const { key, url: address, depth } of pages) {
    const page = URL.parse(address);
    if (page) frontier.put({ url: page, key, depth });
  }
  const fetch = fetchAtPace(fetcher, pace, effects.clock, signal);
  const rules = siteRules((url, maxBytes) => fetch(url, { maxBytes }), robotName, slice.discovery.robots);
  const [first] = pages;
  const at = first && new URL(first.url);
  if (at) pace.honour(at, (await rules.of(at.origin)).crawlDelay);
  const about = { seed: undefined, again: { verify }, scope, startKey: '', rules, fetch, frontier };
  const state = beginCrawl(slice, { ...about, coverage, notFound: undefined }, effects, signal);
  // No page may be taken for a copy of another: both are visited for themselves.
  for (const { key } of pages) state.copies.never.add(key);
  try {
    await visitAll(state, slice, signal, effects);
  } finally {
    await state.files.flush();
  }
}
