import type { ScraperEffects } from '../effects.ts';
import { TimeUp } from '../fetch/pace.ts';
import type { CrawlSlice } from './begin-crawl.ts';
import { CrawlFailure } from './crawl-failure.ts';
import type { FrontierEntry } from './frontier.ts';
import type { Crawl } from './page-crawl.ts';
import type { Tally } from './tally.ts';
import { visitPage } from './visit-page.ts';

/**
 * Visits the pages of the frontier, several at a time, and those that they link to. Throws `TimeUp` when the time is up
 * before the frontier is empty, `Postponed` when the host is not to be asked for a while.
 */
export async function visitAll(
  crawl: Crawl,
  { pace, tally }: CrawlSlice,
  signal: AbortSignal,
  { clock }: ScraperEffects,
): Promise<void> {
  const active = new Set<Promise<void>>();
  const health = new HostHealth(tally);
  const start = (entry: FrontierEntry) => {
    const visit = visitPage(entry, crawl).finally(() => active.delete(visit));
    active.add(visit);
  };
  try {
    for (;;) {
      signal.throwIfAborted();
      health.check();
      while (active.size < pace.concurrency && clock.now() < pace.until) {
        const entry = crawl.frontier.take() ?? (active.size === 0 ? await revisit(crawl) : undefined);
        if (!entry) break;
        start(entry);
      }
      tally.found = crawl.frontier.found;
      if (active.size === 0) {
        if (clock.now() >= pace.until) throw new TimeUp('the time is up');
        return;
      }
      await Promise.race(active);
    }
  } finally {
    await Promise.allSettled(active);
    await crawl.outbox.flush();
  }
}

/**
 * When nothing else is left: a page that was taken for a copy of another is visited after all, if that other page could
 * not be learned, or says something else.
 */
async function revisit(crawl: Crawl): Promise<FrontierEntry | undefined> {
  await crawl.outbox.flush();
  const entry = crawl.copies.takeUnfounded(key => {
    const page = crawl.records.get(key);
    return page?.outcome === 'learned' && page.job === crawl.job;
  });
  if (entry) crawl.tally.skipped -= 1;
  return entry;
}

/** After so many pages in a row without any answer the host counts as gone. */
const silentPages = 25;
/** After so many pages that took too long to read the job ends: the site is made of such pages, perhaps on purpose. */
const overBudgetPages = 10;

class HostHealth {
  private readonly tally: Tally;
  private answers = -1;
  private failures = 0;

  constructor(tally: Tally) {
    this.tally = tally;
  }

  /** Throws when the host has stopped answering, or when too many pages took too long to read. */
  check(): void {
    if (this.tally.overBudget >= overBudgetPages)
      throw new CrawlFailure(`${this.tally.overBudget} pages of the site took too long to read`);
    if (this.tally.fetched !== this.answers) {
      this.answers = this.tally.fetched;
      this.failures = this.tally.silent;
    }
    if (this.tally.silent - this.failures < silentPages) return;
    throw new CrawlFailure(
      `the site stopped answering after ${this.tally.fetched} pages: ${this.tally.errors.at(-1)?.reason ?? ''}`,
    );
  }
}
