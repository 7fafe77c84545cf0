import { decodeHtml } from '../../knowledge/index.ts';
import { OverBudget, withinBudget } from '../../platform/within-budget.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import type { Fetched } from '../fetch/fetched.ts';
import { robotName } from '../fetch/user-agent.ts';
import { parseRobots, type Robots } from './robots.ts';

const allowAll: Robots = {
  allows: () => true,
  verdict: () => ({ allowed: true, rule: undefined }),
  crawlDelay: undefined,
  sitemaps: [],
};

const maxRobotsBytes = 512 * 1024;
/** The processor time for one robots.txt. One of the greatest size takes less than a second. */
const readingBudgetMs = 10_000;

/** The robots.txt of each origin of a crawl, fetched when first needed. */
export interface SiteRules {
  of(origin: string): Promise<Robots>;
  /**
   * Why the address may not be fetched; undefined when it may. Throws a `FetchFailure` when the rules can not be read
   * now: then what is known of the address must stay.
   */
  refusal(url: URL): Promise<string | undefined>;
}

/** What robots.txt says, by origin. Empty where there is none. */
export type RobotsMemory = Pick<Map<string, string>, 'get' | 'set'>;

/**
 * As RFC 9309 says, a missing file (4xx) allows everything, and a failing server (5xx) allows nothing. Throws the
 * `FetchFailure` when the host can not be reached at all. What is in the memory is not fetched, what is read is put there.
 */
export function siteRules(
  fetch: (url: URL, maxBytes: number) => Promise<Fetched>,
  robot: string = robotName,
  memory: RobotsMemory = new Map(),
): SiteRules {
  const known = new Map<string, Promise<Robots>>();
  const of = (origin: string): Promise<Robots> => {
    const rules = known.get(origin) ?? read(origin);
    known.set(origin, rules);
    return rules;
  };
  const read = async (origin: string): Promise<Robots> => {
    const rulesIn = (text: string): Robots => {
      memory.set(origin, text);
      if (text === '') return allowAll;
      return withinBudget(readingBudgetMs, () => parseRobots(text, robot));
    };
    try {
      const remembered = memory.get(origin);
      if (remembered !== undefined) return rulesIn(remembered);
      const { status, body, contentType } = await fetch(new URL('/robots.txt', origin), maxRobotsBytes);
      if (status >= 500 || status === 429) return unavailable(`robots.txt answers ${status}`);
      return rulesIn(status === 200 && body ? decodeHtml(body, contentType) : '');
    } catch (error) {
      if (error instanceof OverBudget) return unavailable(`robots.txt ${error.message} to read`);
      // A file that is too large or damaged counts as none. Where it redirects to a forbidden address, the site must
      // not be asked either.
      if (!(error instanceof FetchFailure)) throw error;
      if (error.kind === 'too_large' || error.kind === 'garbled' || error.kind === 'redirects')
        return rulesIn('');
      if (error.kind === 'refused') return unavailable(`robots.txt leads astray: ${error.message}`);
      throw error;
    }
  };
  return {
    of,
    async refusal(url) {
      const robots = await of(url.origin);
      if (robots.allows(url)) return undefined;
      if (robots.unavailable !== undefined) throw new FetchFailure('network', robots.unavailable);
      return 'robots.txt disallows it';
    },
  };
}

const unavailable = (reason: string): Robots => ({
  allows: () => false,
  verdict: () => ({ allowed: false, rule: undefined }),
  crawlDelay: undefined,
  sitemaps: [],
  unavailable: reason,
});
