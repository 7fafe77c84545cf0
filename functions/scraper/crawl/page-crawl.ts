import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ModeName, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import { type Scope } from '../fetch/address.ts';
import type { Fetched } from '../fetch/fetch-page.ts';
import type { PatientFetch } from '../fetch/fetch-patiently.ts';
import type { Frontier, FrontierEntry } from './frontier.ts';
import type { Outbox } from './outbox.ts';
import type { PageRecord } from './page-store.ts';
import type { SiteRules } from '../site/site-rules.ts';
import { type NotFoundLook } from '../site/soft-404.ts';
import type { Tally } from './tally.ts';

/** One job's crawl of one site, as far as a visit needs to know. */
export interface Crawl {
  readonly workspace: WorkspaceId;
  readonly job: ScrapeJobId;
  readonly mode: ModeName;
  /** Mode and asked address: the reason why a page is learned. */
  readonly seed: string;
  readonly scope: Scope;
  readonly startKey: string;
  readonly records: ReadonlyMap<string, PageRecord>;
  readonly frontier: Frontier;
  readonly rules: SiteRules;
  readonly fetch: PatientFetch;
  readonly notFound: NotFoundLook | undefined;
  readonly outbox: Outbox;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly log: Log;
  readonly readingBudgetMs: number;
  /** Content hash to the page of this job that has it. */
  readonly byHash: Map<string, string>;
  /** Pages that say they are another: visited as themselves in the end if that other can not be learned. */
  readonly aliases: Map<string, FrontierEntry[]>;
  /** Addresses to take at their own word. */
  readonly neverAlias: Set<string>;
  /** Pages that the seed no longer reaches but others do: visited once more, to be learned again for fewer modes. */
  readonly leaving: Set<string>;
  /** The answer for the start, which was fetched to find out where the site is. */
  readonly prefetched: Map<string, Fetched>;
}
