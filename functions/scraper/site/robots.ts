/**
 * robots.txt as RFC 9309 and Google's parser read it: groups by the robot's name, the longest matching rule wins, allow
 * wins a tie; names and directives in any case, with the common misspellings.
 */
export interface Robots {
  /** Whether the robot may fetch the address of this host. */
  allows(url: URL): boolean;
  /** Seconds between two requests; undefined when the site asks for none. */
  readonly crawlDelay: number | undefined;
  readonly sitemaps: readonly string[];
}

interface Rule {
  readonly allow: boolean;
  readonly pattern: string;
}

interface Group {
  readonly names: string[];
  readonly rules: Rule[];
  crawlDelay: number | undefined;
}

export const allowAll: Robots = { allows: () => true, crawlDelay: undefined, sitemaps: [] };

/** Longer files are read to here (the RFC asks for 500 KB at least). */
const maxCharacters = 512 * 1024;
/** As in the RFC, a line that is cut there. */
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
      else if (value !== '') group.rules.push({ allow: directive === 'allow', pattern: normal(value) });
    }
  }
  const own = groups.filter(({ names }) => names.includes(robot.toLowerCase()));
  const chosen = own.length > 0 ? own : groups.filter(({ names }) => names.includes('*'));
  const rules = chosen.flatMap(({ rules }) => rules);
  const delay = chosen
    .map(({ crawlDelay }) => crawlDelay)
    .find(seconds => seconds !== undefined && seconds > 0);
  return {
    allows: url => decide(rules, normal(`${url.pathname}${url.search}`)),
    crawlDelay: delay,
    sitemaps,
  };
}

const directives: Readonly<Record<string, string>> = {
  'user-agent': 'user-agent',
  useragent: 'user-agent',
  'user agent': 'user-agent',
  allow: 'allow',
  disallow: 'disallow',
  dissallow: 'disallow',
  dissalow: 'disallow',
  disalow: 'disallow',
  diasllow: 'disallow',
  disallaw: 'disallow',
  sitemap: 'sitemap',
  'site-map': 'sitemap',
  'crawl-delay': 'crawl-delay',
  crawldelay: 'crawl-delay',
};

/** `directive: value`; a missing colon is forgiven when white space stands in its place. */
function directiveOf(line: string): [directive: string, value: string] | undefined {
  const content = line.slice(0, maxLine).replace(/#.*$/, '').trim();
  const [, colonName, colonValue] = /^([^:]+):(.*)$/.exec(content) ?? [];
  const [, spaceName, spaceValue] = colonName === undefined ? (/^(\S+)\s+(\S+)$/.exec(content) ?? []) : [];
  const directive = directives[(colonName ?? spaceName ?? '').trim().toLowerCase()];
  return directive === undefined ? undefined : [directive, (colonValue ?? spaceValue ?? '').trim()];
}

/** The name up to the first character that no robot's name has: `Foo/1.2` and `Foo Bar` both mean `foo`. */
const robotNameOf = (value: string): string =>
  value === '*' || /^\*\s/.test(value) ? '*' : (/^[a-z_-]*/i.exec(value)?.[0] ?? '').toLowerCase();

function decide(rules: readonly Rule[], path: string): boolean {
  let longest = -1;
  let allowed = true;
  for (const { allow, pattern } of rules) {
    const length = lengthOfMatch(pattern, path, allow);
    if (length > longest || (length === longest && allow)) {
      longest = length;
      allowed = allow;
    }
  }
  return longest < 0 || allowed;
}

/** The length of the pattern where it matches, else -1. Allowing `/x/index.html` allows `/x/` too. */
function lengthOfMatch(pattern: string, path: string, allow: boolean): number {
  if (matches(pattern, path)) return pattern.length;
  const folder = /^(.*\/)index\.html?$/.exec(pattern)?.[1];
  return allow && folder !== undefined && matches(`${folder}$`, path) ? folder.length + 1 : -1;
}

/** `*` stands for anything, `$` at the end for the end; in time proportional to the two lengths' product at worst. */
function matches(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith('$');
  const pieces = (anchored ? pattern.slice(0, -1) : pattern).split('*');
  const [first = '', ...rest] = pieces;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [index, piece] of rest.entries()) {
    if (anchored && index === rest.length - 1)
      return path.length - piece.length >= at && path.endsWith(piece);
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return !anchored || rest.length > 0 || at === path.length;
}

/** One spelling of the escapes: what a URL parser would write, upper-case. */
function normal(path: string): string {
  try {
    return encodeURI(path)
      .replaceAll('%25', '%')
      .replaceAll(/%[0-9a-f]{2}/gi, escape => escape.toUpperCase());
  } catch {
    return path;
  }
}
