import { OverBudget, withinBudget } from '../../platform/within-budget.ts';
import { decodeHtml } from '../fetch/decode.ts';
import { type Fetched, FetchFailure, robotName } from '../fetch/fetch-page.ts';

/**
 * robots.txt as RFC 9309 and Google's parser read it. Groups are chosen by the robot's name. The longest matching rule
 * wins; of equals, `allow` wins. Names and directives may be in any case, and common misspellings are accepted.
 */
export interface Robots {
  /** Whether the robot may fetch the address of this host. */
  allows(url: URL): boolean;
  /** Seconds between two requests; undefined when the site asks for none. */
  readonly crawlDelay: number | undefined;
  readonly sitemaps: readonly string[];
  /** Why the rules can not be read now. Then nothing is allowed. */
  readonly unavailable?: string;
}

const allowAll: Robots = { allows: () => true, crawlDelay: undefined, sitemaps: [] };

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

/**
 * As RFC 9309 says, a missing file (4xx) allows everything, and a failing server (5xx) allows nothing. Throws the
 * `FetchFailure` when the host can not be reached at all.
 */
export function siteRules(fetch: (url: URL, maxBytes: number) => Promise<Fetched>): SiteRules {
  const known = new Map<string, Promise<Robots>>();
  const of = (origin: string): Promise<Robots> => {
    const rules = known.get(origin) ?? read(origin);
    known.set(origin, rules);
    return rules;
  };
  const read = async (origin: string): Promise<Robots> => {
    try {
      const { status, body, contentType } = await fetch(new URL('/robots.txt', origin), maxRobotsBytes);
      if (status >= 500 || status === 429) return unavailable(`robots.txt answers ${status}`);
      if (status !== 200 || !body) return allowAll;
      return withinBudget(readingBudgetMs, () => parseRobots(decodeHtml(body, contentType), robotName));
    } catch (error) {
      if (error instanceof OverBudget) return unavailable(`robots.txt ${error.message} to read`);
      // A file that is too large or damaged counts as none. Where it redirects to a forbidden address, the site must
      // not be asked either.
      if (!(error instanceof FetchFailure)) throw error;
      if (error.kind === 'too_large' || error.kind === 'garbled' || error.kind === 'redirects')
        return allowAll;
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
  crawlDelay: undefined,
  sitemaps: [],
  unavailable: reason,
});

interface Rule {
  readonly allow: boolean;
  /** The length of the pattern as written. The longest matching pattern decides. */
  readonly length: number;
  /** The literal parts of the pattern between its `*`. */
  readonly parts: readonly string[];
  /** Whether the pattern ends in `$`: then the address must end there. */
  readonly anchored: boolean;
}

interface Group {
  readonly names: string[];
  readonly rules: Rule[];
  crawlDelay: number | undefined;
}

/** Longer files are cut here. The RFC asks for 500 KB at least. */
const maxCharacters = 512 * 1024;
/** Longer lines are cut here, as Google's parser does. */
const maxLine = 16_664;

export function parseRobots(text: string, robot: string): Robots {
  const groups: Group[] = [];
  const sitemaps: string[] = [];
  let group: Group | undefined;
  let naming = false;
  for (const line of text
    .slice(0, maxCharacters)
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)) {
    const parts = directiveOf(line);
    if (!parts) continue;
    const [directive, value] = parts;
    if (directive === 'user-agent') {
      if (!naming || !group) groups.push((group = { names: [], rules: [], crawlDelay: undefined }));
      group.names.push(robotNameOf(value));
      naming = true;
    } else if (directive === 'sitemap') {
      if (value !== '') sitemaps.push(value);
    } else {
      naming = directive === 'crawl-delay' ? naming : false;
      if (!group) continue;
      if (directive === 'crawl-delay') group.crawlDelay ??= Number.parseFloat(value);
      else if (value !== '') group.rules.push(...rulesOf(directive === 'allow', normal(value)));
    }
  }
  const own = groups.filter(({ names }) => names.includes(robot.toLowerCase()));
  const chosen = own.length > 0 ? own : groups.filter(({ names }) => names.includes('*'));
  const rules = chosen
    .flatMap(({ rules }) => rules)
    .sort((one, other) => other.length - one.length || Number(other.allow) - Number(one.allow));
  const delay = chosen
    .map(({ crawlDelay }) => crawlDelay)
    .find(seconds => seconds !== undefined && seconds > 0);
  return {
    allows: url => {
      const path = normal(`${url.pathname}${url.search}`);
      return rules.find(rule => matches(rule, path))?.allow ?? true;
    },
    crawlDelay: delay,
    sitemaps,
  };
}

const directives: ReadonlyMap<string, string> = new Map([
  ['user-agent', 'user-agent'],
  ['useragent', 'user-agent'],
  ['user agent', 'user-agent'],
  ['allow', 'allow'],
  ['disallow', 'disallow'],
  ['dissallow', 'disallow'],
  ['dissalow', 'disallow'],
  ['disalow', 'disallow'],
  ['diasllow', 'disallow'],
  ['disallaw', 'disallow'],
  ['sitemap', 'sitemap'],
  ['site-map', 'sitemap'],
  ['crawl-delay', 'crawl-delay'],
  ['crawldelay', 'crawl-delay'],
]);

/** `directive: value`. White space may stand in place of the colon. */
function directiveOf(line: string): [directive: string, value: string] | undefined {
  const content = (line.slice(0, maxLine).split('#', 1)[0] ?? '').trim();
  const colon = content.indexOf(':');
  const [name = '', value, more] =
    colon < 0 ? content.split(/\s+/, 3) : [content.slice(0, colon), content.slice(colon + 1)];
  const directive = directives.get(name.trim().toLowerCase());
  return directive === undefined || value === undefined || more !== undefined
    ? undefined
    : [directive, value.trim()];
}

/** The name up to the first character that no robot's name has: `Foo/1.2` and `Foo Bar` both mean `foo`. */
const robotNameOf = (value: string): string =>
  value === '*' || /^\*\s/.test(value) ? '*' : (/^[a-z_-]*/i.exec(value)?.[0] ?? '').toLowerCase();

/** Allowing `/x/index.html` allows `/x/` too. */
function rulesOf(allow: boolean, pattern: string): Rule[] {
  const folder = /^(.*\/)index\.html?$/.exec(pattern)?.[1];
  return allow && folder !== undefined
    ? [ruleOf(allow, pattern), ruleOf(allow, `${folder}$`)]
    : [ruleOf(allow, pattern)];
}

function ruleOf(allow: boolean, pattern: string): Rule {
  const anchored = pattern.endsWith('$');
  return {
    allow,
    length: pattern.length,
    parts: (anchored ? pattern.slice(0, -1) : pattern).split('*'),
    anchored,
  };
}

/** `*` stands for any text. Each part is searched behind the one before it, so the time is linear. */
function matches({ parts, anchored }: Rule, path: string): boolean {
  const [first = '', ...rest] = parts;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (anchored && index === rest.length - 1) return path.length - part.length >= at && path.endsWith(part);
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return !anchored || rest.length > 0 || at === path.length;
}

/** The path with its escapes in one spelling: as a URL parser writes them, in upper case. */
function normal(path: string): string {
  try {
    return encodeURI(path)
      .replaceAll('%25', '%')
      .replaceAll(/%[0-9a-f]{2}/gi, escape => escape.toUpperCase());
  } catch {
    return path;
  }
}
