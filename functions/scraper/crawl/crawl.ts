import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import { isInScope, pageKey, type Scope, scopeOf, siteOf } from '../fetch/address.ts';
import { isHtml } from '../fetch/decode.ts';
import type { ScraperEffects } from '../effects.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import type { Fetcher } from '../fetch/fetch-page.ts';
import type { Fetched } from '../fetch/fetched.ts';
import { fetchAtPace, type Pace, type PatientFetch, TimeUp } from '../fetch/fetch-patiently.ts';
import { Blocked, type ReadBlocked } from './blocked.ts';
import { Copies } from './copies.ts';
import { Coverage } from './coverage.ts';
import { putCoverage } from './coverage-store.ts';
import { FoundFiles } from '../files/found-files.ts';
import { Frontier, type FrontierEntry } from './frontier.ts';
import { countVisit, Outbox } from './outbox.ts';
import type { Crawl } from './page-crawl.ts';
import { followKnown } from './page-outcome.ts';
import type { PageRecord } from './page-store.ts';
import { type SiteRules, siteRules } from '../site/site-rules.ts';
import { readSitemaps } from '../site/sitemap.ts';
import { probeNotFound } from '../site/soft-404.ts';
import type { ScrapeJob } from '../jobs/store.ts';
import { showAtPace } from './shown-page.ts';
import { sweep } from './sweep.ts';
import type { Tally } from './tally.ts';
import { validatorsOf, visitPage } from './visit-page.ts';

/** The job can not go on. The message tells the person who asked why, and is about something that they can change. */
export class CrawlFailure extends Error {
  override readonly name = 'CrawlFailure';
}

export interface Arrival {
  readonly start: URL;
  readonly scope: Scope;
  readonly rules: SiteRules;
  readonly fetch: PatientFetch;
  readonly fetched: Fetched;
}

/**
 * Finds out where the asked address leads: reads robots.txt, fetches the page, and follows redirects, to another host
 * too when the site has moved. Throws `CrawlFailure` when nothing can be learned from that page, `TimeUp` when it does
 * not answer before the slice ends.
 */
export async function arrive(
  job: ScrapeJob,
  records: ReadonlyMap<string, PageRecord>,
  fetcher: Fetcher,
  pace: Pace,
  { clock }: ScraperEffects,
  signal: AbortSignal,
): Promise<Arrival> {
  const asked = new URL(job.url);
  const fetch = fetchAtPace(fetcher, pace, clock, signal);
  const rules = siteRules((url, maxBytes) => fetch(url, { maxBytes }));
  try {
    const refusal = await rules.refusal(asked);
    if (refusal !== undefined) throw new CrawlFailure(`${asked.host} does not want to be read: ${refusal}`);
    pace.honour((await rules.of(asked.origin)).crawlDelay);
    const fetched = await fetch(asked, {
      ...validatorsOf(records.get(pageKey(asked)), job.mode),
      wants: (status, contentType) => status === 200 && isHtml(contentType),
      admit: async url => {
        const refusal = await rules.refusal(url);
        if (refusal !== undefined) throw new CrawlFailure(`${url.host} does not want to be read: ${refusal}`);
      },
    });
    if (fetched.status === 304)
      return { start: fetched.url, scope: scopeAt(fetched.url, scopeOf(asked)), rules, fetch, fetched };
    if (fetched.status !== 200) throw new CrawlFailure(`${asked.href} answers HTTP ${fetched.status}`);
    if (!isHtml(fetched.contentType)) {
      throw new CrawlFailure(`${asked.href} is no web page but ${fetched.contentType.split(';')[0]}`);
    }
    const start = fetched.url;
    if (siteOf(start) !== siteOf(asked)) pace.honour((await rules.of(start.origin)).crawlDelay);
    return { start, scope: scopeAt(start, scopeOf(asked)), rules, fetch, fetched };
  } catch (error) {
    if (error instanceof FetchFailure) throw new CrawlFailure(`${asked.host}: ${error.message}`);
    throw error;
  }
}

/** The scope at the address where the site or the section is now. */
function scopeAt(start: URL, asked: Scope): Scope {
  if (asked.kind === 'site') return { kind: 'site', site: siteOf(start) };
  if (asked.kind === 'page') return { kind: 'page', site: siteOf(start), key: pageKey(start) };
  return isInScope(start, asked) ? asked : scopeOf(start);
}

export interface CrawlSlice {
  readonly workspace: WorkspaceId;
  readonly job: ScrapeJob;
  readonly records: Map<string, PageRecord>;
  readonly tally: Tally;
  readonly pace: Pace;
  /** Reads what the mode's owner has blocked. Absent: nothing. */
  readonly readBlocked?: ReadBlocked;
}

/**
 * Crawls until all pages are visited. It begins where the page records of the job end. Throws `TimeUp` when the slice
 * ends first. In both cases all that was learned has been submitted to the knowledge. `complete` tells whether
 * everything in scope was seen.
 */
export async function crawl(
  slice: CrawlSlice,
  arrival: Arrival,
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<{ complete: boolean }> {
  const { workspace, job, records, tally, pace } = slice;
  const { start, scope, rules, fetch, fetched } = arrival;
  const coverage = new Coverage();
  const leaveOut = (url: URL, reason: string) => coverage.leave(url, reason);
  const frontier = new Frontier({ scope, maxPages: job.maxPages, leaveOut });
  const seed = `${job.mode} ${job.url}`;
  const startKey = pageKey(start);
  // Half of the time that is left. A site with slow sitemaps must still leave time to visit pages in every slice.
  const discovered = (effects.clock.now() + pace.until) / 2;
  const discover: PatientFetch = (url, options) => fetch(url, options, discovered);
  const state: Crawl = {
    workspace,
    job: job.id,
    mode: job.mode,
    seed,
    scope,
    startKey,
    records,
    frontier,
    rules,
    fetch,
    show: showAtPace(effects.render, { origin: new URL(job.url).origin }, pace, signal),
    notFound: await probeNotFound(start, scope, rules, `no-such-page-${effects.ids.uuid()}`, discover),
    outbox: new Outbox({ workspace, asked: job, seed }, records, tally, effects),
    tally,
    clock: effects.clock,
    log: effects.log,
    readingBudgetMs: effects.readingBudgetMs,
    copies: new Copies(),
    blocked: new Blocked(slice.readBlocked, effects.clock),
    coverage,
    files: new FoundFiles({ workspace, mode: job.mode }, effects),
    leaving: new Set(),
    prefetched: new Map([[startKey, fetched]]),
  };
  const done = resume(job.id, seed, state);
  frontier.add(start, 0, 'sitemap');
  const fromSitemap = (page: URL) => {
    coverage.named(page, isInScope(page, scope));
    frontier.add(page, 0, 'sitemap');
  };
  const read = (url: URL, pages: number) => coverage.sitemap(url, pages);
  const sitemapsRead = await readSitemaps(start, scope, rules, { page: fromSitemap, read }, discover);
  if (coverage.hasSitemap) frontier.trustSitemap();
  for (const record of done) followKnown(record, state);
  tally.phase = 'crawling';
  try {
    await visitAll(state, slice, signal, effects);
  } finally {
    await state.files.flush();
    const url = job.url;
    const report = coverage.report(new Map([...records].filter(([, page]) => page.job === job.id)));
    await putCoverage(workspace, job.id, { url, site: job.site, report }, effects);
  }
  const complete = sitemapsRead && !frontier.truncated && tally.hidingFailures === 0;
  tally.phase = 'removing';
  if (complete) await sweep(state, () => visitAll(state, slice, signal, effects));
  await state.outbox.flush();
  return { complete };
}

/** Continues the job of an earlier slice: its pages are not visited again. Returns those whose links are to follow. */
function resume(job: ScrapeJobId, seed: string, crawl: Crawl): PageRecord[] {
  const visited = [...crawl.records.values()].filter(record => record.job === job);
  for (const { key } of visited) crawl.frontier.markSeen(key);
  // The others were visited to be taken out of the mode. Nothing is left to do for them.
  const done = visited.filter(({ reached }) => reached[seed] !== undefined);
  for (const record of done) {
    crawl.tally.fetched += 1;
    countVisit(record, seed, crawl.tally);
    if (record.outcome === 'learned' && record.hash !== undefined)
      crawl.copies.byHash.set(record.hash, record.key);
    // What an earlier slice remembered of failures and aliases, this one must know too.
    if (record.change === 'failed' && record.links.length === 0) crawl.tally.hidingFailures += 1;
    const url = record.aliasOf === undefined ? null : URL.parse(record.url);
    if (record.aliasOf !== undefined && url) {
      const entry = { url, key: record.key, depth: record.depth };
      crawl.copies.add(entry, record.aliasOf, record.unchecked !== true);
    }
  }
  return done;
}

/**
 * Visits the pages of the frontier, several at a time, and those that they link to. Throws `TimeUp` when the time is up
 * before the frontier is empty.
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
