import type { ScraperEffects } from '../effects.ts';
import type { Fetcher } from '../fetch/fetch-page.ts';
import { fetchAtPace } from '../fetch/fetch-patiently.ts';
import { siteRules } from '../site/site-rules.ts';
import { FoundFiles } from '../files/found-files.ts';
import { Blocked } from './blocked.ts';
import { Copies } from './copies.ts';
import { Coverage } from './coverage.ts';
import { type CrawlSlice, visitAll } from './crawl.ts';
import { Frontier } from './frontier.ts';
import { Outbox } from './outbox.ts';
import type { Crawl } from './page-crawl.ts';
import { showAtPace } from './shown-page.ts';
import type { PageRecord } from './page-store.ts';

/**
 * Visits known pages of the job's site once more, each for itself: no link is followed, and whoever reaches a page still
 * does. Throws `TimeUp` when the slice ends first. Then what was visited has been submitted to the knowledge.
 */
export async function visitAgain(
  slice: CrawlSlice,
  pages: readonly PageRecord[],
  { fetcher, verify }: { fetcher: Fetcher; verify: boolean },
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<void> {
  const { workspace, job, records, tally, pace } = slice;
  const { site, mode, url } = job;
  const scope = { kind: 'site', site } as const;
  const coverage = new Coverage();
  const leaveOut = () => undefined;
  const frontier = new Frontier({ scope, maxPages: pages.length, leaveOut });
  frontier.close();
  for (const { key, url: address, depth } of pages) {
    const page = URL.parse(address);
    if (page) frontier.put({ url: page, key, depth });
  }
  const fetch = fetchAtPace(fetcher, pace, effects.clock, signal);
  const rules = siteRules((url, maxBytes) => fetch(url, { maxBytes }));
  const [first] = pages;
  if (first) pace.honour((await rules.of(new URL(first.url).origin)).crawlDelay);
  const asked = { mode, url, site, maxPages: pages.length };
  const copies = new Copies();
  // No page may be taken for a copy of another: both are visited for themselves.
  for (const { key } of pages) copies.never.add(key);
  const state: Crawl = {
    workspace,
    job: job.id,
    mode,
    seed: undefined,
    again: { verify },
    scope,
    startKey: '',
    records,
    frontier,
    rules,
    fetch,
    show: showAtPace(effects.render, { origin: new URL(url).origin, heavy: verify }, pace, signal),
    notFound: undefined,
    outbox: new Outbox({ workspace, asked, seed: undefined }, records, tally, effects),
    tally,
    clock: effects.clock,
    log: effects.log,
    readingBudgetMs: effects.readingBudgetMs,
    copies,
    blocked: new Blocked(slice.readBlocked, effects.clock),
    coverage,
    files: new FoundFiles({ workspace, mode }, effects),
    leaving: new Set(),
    prefetched: new Map(),
  };
  try {
    await visitAll(state, slice, signal, effects);
  } finally {
    await state.files.flush();
  }
}
