import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ModeName, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import { type Scope } from '../fetch/address.ts';
import type { Fetched } from '../fetch/fetched.ts';
import type { PatientFetch } from '../fetch/fetch-patiently.ts';
import type { FoundFiles } from '../files/found-files.ts';
import type { Blocked } from './blocked.ts';
import type { Copies } from './copies.ts';
import type { Coverage } from './coverage.ts';
import type { Frontier } from './frontier.ts';
import type { Outbox } from './outbox.ts';
import type { PageReader } from './page-reader.ts';
import type { PageRecord } from './page-store.ts';
import type { SiteRules } from '../site/site-rules.ts';
import { type NotFoundLook } from '../site/soft-404.ts';
import type { ShowPage } from './shown-page.ts';
import type { Tally } from './tally.ts';

/** One job's crawl of one site, as far as a visit needs it. */
export interface Crawl {
  readonly workspace: WorkspaceId;
  readonly job: ScrapeJobId;
  readonly mode: ModeName;
  /**
   * The mode and the asked address. They are the reason why a page is learned. Undefined when known pages are visited.
   */
  readonly seed: string | undefined;
  /**
   * Pages that are known are visited again, whole, and stay with whoever reaches them. `verify`: they are looked at with
   * a browser, and learned anew only when more than a little has changed.
   */
  readonly again?: { readonly verify: boolean };
  readonly scope: Scope;
  readonly startKey: string;
  readonly records: ReadonlyMap<string, PageRecord>;
  readonly frontier: Frontier;
  readonly rules: SiteRules;
  readonly fetch: PatientFetch;
  readonly show: ShowPage;
  readonly notFound: NotFoundLook | undefined;
  readonly outbox: Outbox;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly log: Log;
  readonly reader: PageReader;
  readonly copies: Copies;
  readonly blocked: Blocked;
  readonly coverage: Coverage;
  readonly files: FoundFiles;
  /**
   * Keys of pages that this seed no longer reaches, but others do. They are visited once more, to be learned for fewer
   * modes.
   */
  readonly leaving: Set<string>;
  /** The answer of the start page, which was fetched to find out where the site is. */
  readonly prefetched: Map<string, Fetched>;
}
