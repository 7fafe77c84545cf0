import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import { FoundFiles } from '../files/found-files.ts';
import type { Pace } from '../fetch/pace.ts';
import type { ScrapeJob } from '../jobs/store.ts';
import type { Discovery } from '../site/discovery.ts';
import { Blocked, type ReadBlocked } from './blocked.ts';
import { Copies } from './copies.ts';
import { Outbox } from './outbox.ts';
import type { Crawl } from './page-crawl.ts';
import { PageReader } from './page-reader.ts';
import type { PageRecord } from './page-store.ts';
import { showAtPace } from './shown-page.ts';
import type { Tally } from './tally.ts';

export interface CrawlSlice {
  readonly workspace: WorkspaceId;
  readonly job: ScrapeJob;
  readonly records: Map<string, PageRecord>;
  readonly tally: Tally;
  readonly pace: Pace;
  readonly discovery: Discovery;
  /** Reads what the mode's owner has blocked. Absent: nothing. */
  readonly readBlocked?: ReadBlocked;
}

/** What a crawl is about, beside its job. */
export type CrawlAbout = Pick<
  Crawl,
  'seed' | 'scope' | 'startKey' | 'rules' | 'fetch' | 'frontier' | 'coverage' | 'notFound' | 'again'
>;

/** The state of a crawl before its first visit. */
export function beginCrawl(
  { workspace, job, records, tally, pace, readBlocked }: CrawlSlice,
  about: CrawlAbout,
  effects: ScraperEffects,
  signal: AbortSignal,
): Crawl {
  const { mode, url, site, maxPages } = job;
  const { seed, again } = about;
  const { clock, ids, log } = effects;
  const shown = { origin: new URL(url).origin, heavy: again?.verify ?? false, crawl: ids.uuid() };
  return {
    ...about,
    workspace,
    job: job.id,
    mode,
    records,
    show: showAtPace(effects.render, shown, pace, signal),
    outbox: new Outbox({ workspace, asked: { mode, url, site, maxPages }, seed }, records, tally, effects),
    tally,
    clock,
    log,
    reader: new PageReader(effects.readingBudgetMs),
    copies: new Copies(),
    blocked: new Blocked(readBlocked, clock),
    files: new FoundFiles({ workspace, mode }, effects),
    leaving: new Set(),
    prefetched: new Map(),
  };
}
