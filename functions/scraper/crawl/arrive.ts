import type { ScraperEffects } from '../effects.ts';
import { isInScope, pageKey, type Scope, scopeOf, siteOf } from '../fetch/address.ts';
import { isHtml } from '../fetch/media-type.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import type { Fetcher } from '../fetch/fetch-page.ts';
import { fetchAtPace, type PatientFetch } from '../fetch/fetch-patiently.ts';
import type { Pace } from '../fetch/pace.ts';
import type { Fetched } from '../fetch/fetched.ts';
import { robotName } from '../fetch/user-agent.ts';
import type { ScrapeJob } from '../jobs/store.ts';
import type { Discovery } from '../site/discovery.ts';
import { type SiteRules, siteRules } from '../site/site-rules.ts';
import { CrawlFailure } from './crawl-failure.ts';
import type { PageRecord } from './page-store.ts';
import { validatorsOf } from './visit-page.ts';

export interface Arrival {
  readonly start: URL;
  readonly scope: Scope;
  readonly rules: SiteRules;
  readonly fetch: PatientFetch;
  /** The answer of the start page. Absent when an earlier slice of the job has found out where the site is. */
  readonly fetched?: Fetched;
}

/**
 * Finds out where the asked address leads: reads robots.txt, fetches the page, and follows redirects, to another host
 * too when the site has moved. What an earlier slice has found out is not asked for again. Throws `CrawlFailure` when
 * nothing can be learned from that page or its mode
 * refuses it, `TimeUp` or `Postponed` when it is not answered in this slice.
 */
export async function arrive(
  job: ScrapeJob,
  records: ReadonlyMap<string, PageRecord>,
  discovery: Discovery,
  { fetcher, pace, refused }: { fetcher: Fetcher; pace: Pace; refused: (url: URL) => string | undefined },
  { clock }: ScraperEffects,
  signal: AbortSignal,
): Promise<Arrival> {
  const asked = new URL(job.url);
  const fetch = fetchAtPace(fetcher, pace, clock, signal);
  const rules = siteRules((url, maxBytes) => fetch(url, { maxBytes }), robotName, discovery.robots);
  const admit = async (url: URL): Promise<void> => {
    const blocked = refused(url);
    if (blocked !== undefined) throw new CrawlFailure(`${url.host} is not read: ${blocked}`);
    const refusal = await rules.refusal(url);
    if (refusal !== undefined) throw new CrawlFailure(`${url.host} does not want to be read: ${refusal}`);
  };
  const at = async (start: URL): Promise<Arrival> => {
    discovery.start = start.href;
    pace.honour(start, (await rules.of(start.origin)).crawlDelay);
    return { start, scope: scopeAt(start, scopeOf(asked)), rules, fetch };
  };
  try {
    if (discovery.start !== undefined) return await at(new URL(discovery.start));
    await admit(asked);
    pace.honour(asked, (await rules.of(asked.origin)).crawlDelay);
    const fetched = await fetch(asked, {
      ...validatorsOf(records.get(pageKey(asked)), job.mode),
      wants: (status, contentType) => status === 200 && isHtml(contentType),
      admit,
    });
    if (fetched.status === 304) return { ...(await at(fetched.url)), fetched };
    if (fetched.status !== 200) throw new CrawlFailure(`${asked.href} answers HTTP ${fetched.status}`);
    if (!isHtml(fetched.contentType)) {
      throw new CrawlFailure(`${asked.href} is no web page but ${fetched.contentType.split(';')[0]}`);
    }
    return { ...(await at(fetched.url)), fetched };
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
