/** What a page asks of robots, in its `<meta>` or in the header `X-Robots-Tag`, as Google documents the two. */
export interface RobotsDirectives {
  /** It asks not to be learned. */
  readonly noindex: boolean;
  /** It asks that none of its links be followed. */
  readonly nofollow: boolean;
  /** It asks not to be quoted, and how much may be quoted: a number of characters, -1 for any. */
  readonly nosnippet: boolean;
  readonly maxSnippet?: number;
  /** From then on (epoch milliseconds) it asks not to be learned. */
  readonly unavailableAfter?: number;
}

interface Read {
  noindex: boolean;
  nofollow: boolean;
  nosnippet: boolean;
  maxSnippet?: number;
  unavailableAfter?: number;
}

/** Directives that have a value behind a colon. Any other word before a colon is the name of a robot. */
const valued = new Set(['unavailable_after', 'max-snippet', 'max-image-preview', 'max-video-preview']);

/**
 * Reads the tags together: what any of them forbids is forbidden. A tag is a list with commas. Where a robot's name and
 * a colon come before a directive, that one and those behind it are for that robot alone. `robot` is ours, lower-case.
 */
export function readRobotsTags(tags: readonly string[], robot: string): RobotsDirectives {
  const read: Read = { noindex: false, nofollow: false, nosnippet: false };
  for (const tag of tags) readTag(tag, robot, read);
  return read;
}

function readTag(tag: string, robot: string, read: Read): void {
  let isOurs = true;
  const parts = tag.toLowerCase().split(',');
  for (let at = 0; at < parts.length; at += 1) {
    let part = (parts[at] ?? '').trim();
    for (;;) {
      const [beginning = '', name = ''] = /^([a-z\d*][\w.*-]*)\s*:/.exec(part) ?? [];
      if (name === '' || valued.has(name)) break;
      isOurs = name === robot || name === '*' || name === 'robots';
      part = part.slice(beginning.length).trim();
    }
    // The old forms of a date have a comma behind the day of the week.
    if (/^unavailable_after\s*:\s*[a-z]+$/.test(part)) {
      at += 1;
      part += `,${parts[at] ?? ''}`;
    }
    if (isOurs) readDirective(part, read);
  }
}

function readDirective(part: string, read: Read): void {
  const [beginning = '', name = ''] = /^([\w-]+)\s*:/.exec(part) ?? [];
  const value = part.slice(beginning.length).trim();
  if (name === 'unavailable_after') {
    const time = timeOf(value);
    if (time !== undefined) read.unavailableAfter = Math.min(time, read.unavailableAfter ?? time);
  } else if (name === 'max-snippet') {
    const most = Number.parseInt(value, 10);
    if (!Number.isNaN(most)) read.maxSnippet = most;
  }
  if (name !== '') return;
  // Some pages have white space in place of commas.
  for (const word of part.split(/[\s;]+/)) {
    if (word === 'noindex' || word === 'none') read.noindex = true;
    if (word === 'nofollow' || word === 'none') read.nofollow = true;
    if (word === 'nosnippet') read.nosnippet = true;
  }
}

/** Any of the usual forms of a date. A zone that is only a word and is not known counts as UTC. */
function timeOf(text: string): number | undefined {
  const [time, inUtc] = [Date.parse(text), Date.parse(`${text.replace(/\s[a-z]{2,5}$/i, '')} UTC`)];
  if (!Number.isNaN(time)) return time;
  return Number.isNaN(inUtc) ? undefined : inUtc;
}
