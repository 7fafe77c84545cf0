/**
 * robots.txt as RFC 9309 and Google's parser read it. Groups are chosen by the robot's name. The longest matching rule
 * wins; of equals, `allow` wins. Names and directives may be in any case, and common misspellings are accepted.
 */
export interface Robots {
  /** Whether the robot may fetch the address of this host. */
  allows(url: URL): boolean;
  /** The same for an address as it is sent, and by which rule. */
  verdict(address: string): Verdict;
  /** Seconds between two requests; undefined when the site asks for none. */
  readonly crawlDelay: number | undefined;
  readonly sitemaps: readonly string[];
  /** Why the rules can not be read now. Then nothing is allowed. */
  readonly unavailable?: string;
}

export interface Verdict {
  readonly allowed: boolean;
  /** The line that decides, as the site wrote it. Undefined where no rule is about the address: then it is allowed. */
  readonly rule: string | undefined;
}

interface Rule {
  readonly allow: boolean;
  /** As the site wrote it, for the person who asks which rule it was. */
  readonly written: string;
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
/** A byte order mark, whole or cut short, however the bytes of a broken one were decoded. */
const byteOrderMark = /^(?:\ufeff|[\ufffd\udcef]\udcbb?\udcbf?)/;

/** Reads the rules for the robot of that name. Any text gives some rules, never an error. */
export function parseRobots(text: string, robot: string): Robots {
  const groups: Group[] = [];
  const sitemaps: string[] = [];
  let group: Group | undefined;
  let naming = false;
  for (const line of text
    .slice(0, maxCharacters)
    .replace(byteOrderMark, '')
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
      naming = false;
      if (!group) continue;
      if (directive === 'crawl-delay') group.crawlDelay ??= Number.parseFloat(value);
      else if (directive !== 'other' && value !== '')
        group.rules.push(...rulesOf(directive === 'allow', normal(value), trimmed(line)));
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
  const verdict = (address: string): Verdict => {
    const path = upperEscapes(pathOf(address));
    const rule = rules.find(rule => matches(rule, path));
    return { allowed: rule?.allow ?? true, rule: rule?.written };
  };
  return { verdict, allows: url => verdict(url.href).allowed, crawlDelay: delay, sitemaps };
}

/**
 * `other` are the directives of some robots that belong to a group as rules do. None of them is obeyed here, but each
 * ends the list of names above it: RFC 9309 would join the next group's names to it, and so forbid everybody what the
 * site forbids one robot.
 */
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
  ['crawl delay', 'crawl-delay'],
  ['request-rate', 'other'],
  ['visit-time', 'other'],
  ['clean-param', 'other'],
  ['noindex', 'other'],
]);

/** White space as the file's grammar has it: a byte order mark or a no-break space in a line is part of its text. */
function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\v\f'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).replace(/^[ \t\v\f]+/, '');
}

/** `directive: value`. White space may stand in place of the colon. */
function directiveOf(line: string): [directive: string, value: string] | undefined {
  const content = trimmed(line.slice(0, maxLine).split('#', 1)[0] ?? '');
  const colon = content.indexOf(':');
  const [name = '', value, more] =
    colon < 0 ? content.split(/[ \t]+/, 3) : [content.slice(0, colon), content.slice(colon + 1)];
  const directive = directives.get(trimmed(name).toLowerCase());
  return directive === undefined || value === undefined || more !== undefined
    ? undefined
    : [directive, trimmed(value)];
}

/** The name up to the first character that no robot's name has: `Foo/1.2` and `Foo Bar` both mean `foo`. */
const robotNameOf = (value: string): string =>
  value === '*' || /^\*\s/.test(value) ? '*' : (/^[a-z_-]*/i.exec(value)?.[0] ?? '').toLowerCase();

/** Allowing `/x/index.html` allows `/x/` too. */
function rulesOf(allow: boolean, pattern: string, written: string): Rule[] {
  const folder = /^(.*\/)index\.html?$/.exec(pattern)?.[1];
  return allow && folder !== undefined
    ? [ruleOf(allow, pattern, written), ruleOf(allow, `${folder}$`, written)]
    : [ruleOf(allow, pattern, written)];
}

function ruleOf(allow: boolean, pattern: string, written: string): Rule {
  const anchored = pattern.endsWith('$');
  return {
    allow,
    written,
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

/** The pattern with its escapes in one spelling: as a URL parser writes them, in upper case. */
function normal(pattern: string): string {
  try {
    return upperEscapes(encodeURI(pattern).replaceAll('%25', '%'));
  } catch {
    return pattern;
  }
}

const upperEscapes = (path: string): string =>
  path.replaceAll(/%[0-9a-f]{2}/gi, escape => escape.toUpperCase());

/** Path and query of an address as it is sent: without scheme, host and fragment. `/` where it has none. */
function pathOf(address: string): string {
  const [, path = ''] = /^(?:[^/?;:#]*:)?(?:\/\/)?[^/?;#]*([^#]*)/.exec(address) ?? [];
  return path.startsWith('/') ? path : `/${path}`;
}
