import { cleanAddress, isFile, isInScope, isTooLong, pageKey, type Scope } from '../fetch/address.ts';

export interface FrontierEntry {
  readonly url: URL;
  readonly key: string;
  /** Links from the start; 0 for the start and for what a sitemap lists. */
  readonly depth: number;
}

export interface FrontierLimits {
  readonly scope: Scope;
  readonly maxPages: number;
}

/**
 * Links from the start or a page of a sitemap; deeper is a trap more often than a page: docs/decisions/crawl-depth.md.
 */
const maxDepth = 10;
/** Variants of one path by its query: one parameter may be the page's number, several are filters and sort orders. */
const maxVariants = { oneParameter: 1000, more: 60 };
const rememberedLinks = 100_000;
/** Folders that hold nothing but numbers below them are calendars. */
const maxCalendarPages = 60;

/**
 * The addresses to visit, nearest to the start first, each once. It leaves out what is out of scope, files, and the
 * endless: repeating folders, calendars, query strings in every combination. Sitemaps are trusted but for the caps.
 */
export class Frontier {
  private readonly seen = new Set<string>();
  /** Links as written that were looked at before: a site's menu is on every page. */
  private readonly looked = new Set<string>();
  private readonly waiting: FrontierEntry[][] = [];
  private readonly variants = new Map<string, number>();
  private readonly calendars = new Map<string, number>();
  private readonly limits: FrontierLimits;
  private cut = false;
  private closed = false;

  constructor(limits: FrontierLimits) {
    this.limits = limits;
  }

  /** Addresses taken in so far, visited ones too. */
  get found(): number {
    return this.seen.size;
  }

  /** Whether a limit kept addresses out, so that the crawl says nothing about what it did not reach. */
  get truncated(): boolean {
    return this.cut;
  }

  has(key: string): boolean {
    return this.seen.has(key);
  }

  /** Counts the address as found without a visit: it is a redirect's target that was just fetched. */
  markSeen(key: string): void {
    this.seen.add(key);
  }

  /** From now on nothing is found any more: what is visited yet is visited for itself. */
  close(): void {
    this.closed = true;
  }

  /** False when it is known already, out of scope, a file, or caught by a limit. */
  add(address: URL, depth: number, source: 'link' | 'sitemap'): boolean {
    if (this.closed || isTooLong(address.href)) return false;
    if (source === 'link') {
      if (this.looked.has(address.href)) return false;
      // One that was too deep may yet be found nearer; and a trap's own links are not worth the memory.
      if (depth <= maxDepth && this.looked.size < rememberedLinks) this.looked.add(address.href);
    }
    if (!isInScope(address, this.limits.scope) || isFile(address)) return false;
    const url = cleanAddress(address);
    const key = pageKey(url);
    if (this.seen.has(key) || isTooLong(key)) return false;
    if (this.seen.size >= this.limits.maxPages || depth > maxDepth) {
      this.cut = true;
      return false;
    }
    if (source === 'link' && this.isTrap(url)) return false;
    this.seen.add(key);
    this.put({ url, key, depth });
    return true;
  }

  /** Puts an address that was taken before back in, for a second visit. */
  put(entry: FrontierEntry): void {
    this.seen.add(entry.key);
    const level = this.waiting[entry.depth] ?? [];
    for (let at = this.waiting.length; at <= entry.depth; at += 1) this.waiting[at] ??= [];
    this.waiting[entry.depth] = level;
    level.push(entry);
  }

  /** The next to visit, or undefined when none waits now. */
  take(): FrontierEntry | undefined {
    for (const level of this.waiting) {
      const entry = level.shift();
      if (entry) return entry;
    }
    return undefined;
  }

  private isTrap(url: URL): boolean {
    const segments = url.pathname.split('/').filter(segment => segment !== '');
    if (segments.length > 20 || repeats(segments)) return true;
    if (url.search !== '') {
      const names = [...new Set(url.searchParams.keys())].sort();
      const limit = names.length === 1 ? maxVariants.oneParameter : maxVariants.more;
      const counter = names.length === 1 ? `${url.pathname}?${names[0]}` : url.pathname;
      return this.isFull(this.variants, counter, limit);
    }
    const numbers = /^(.*?)(?:\/\d{1,4}){2,}\/?$/.exec(url.pathname);
    return numbers ? this.isFull(this.calendars, numbers[1] ?? '', maxCalendarPages) : false;
  }

  private isFull(counters: Map<string, number>, name: string, limit: number): boolean {
    const count = (counters.get(name) ?? 0) + 1;
    counters.set(name, count);
    return count > limit;
  }
}

/** `/a/b/a/b/a/b` or `/news/news/news`: relative links of a page that is served at any depth. */
function repeats(segments: readonly string[]): boolean {
  for (let length = 1; length * 3 <= segments.length; length += 1) {
    const tail = segments.slice(-length).join('/');
    if (
      segments.slice(-length * 2, -length).join('/') === tail &&
      segments.slice(-length * 3, -length * 2).join('/') === tail
    ) {
      return true;
    }
  }
  const counts = new Map<string, number>();
  for (const segment of segments) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  return [...counts.values()].some(count => count > 4);
}
