import { cleanAddress, isInScope, isTooLong, pageKey, type Scope } from '../fetch/address.ts';
import type { FileSource } from '../files/found-files.ts';
import { Endings } from './endings.ts';

export interface FrontierEntry {
  readonly url: URL;
  readonly key: string;
  /** How many links lead from the start to it. 0 for the start and for addresses of sitemaps. */
  readonly depth: number;
  /** The page whose link led to it, in case that it is a file. */
  readonly from?: FileSource | undefined;
}

export interface FrontierLimits {
  readonly scope: Scope;
  readonly maxPages: number;
  /** Told of each address that is left out for a reason that its owner may want to know. */
  readonly leaveOut: (url: URL, reason: string) => void;
}

/**
 * In links from the start, or from a page of a sitemap. Where a sitemap tells the pages of a site, what is farther from
 * all of them is mostly a trap. Where none does, three links lose half of a site: docs/decisions/crawl-depth.md.
 */
const maxDepth = { withSitemap: 3, without: 10 };
/**
 * How many query strings of one path are visited. One parameter may be a page number; several are filters and sort
 * orders.
 */
const maxVariants = { oneParameter: 1000, more: 60 };
const rememberedLinks = 100_000;
/** A folder with only numbers below it is a calendar. So many of its pages are visited. */
const maxCalendarPages = 60;

/**
 * The addresses to visit, nearest to the start first, each once. It leaves out addresses out of scope, files as far as
 * their endings are known to tell, and endless families of addresses: repeating folders, calendars, all combinations of
 * a query. Addresses of sitemaps only have to stay below the limits of calendars and queries.
 */
export class Frontier {
  private readonly seen = new Set<string>();
  /** Links, as written, that were added before. A site's menu is on every page. */
  private readonly looked = new Set<string>();
  private readonly waiting: FrontierEntry[][] = [];
  private readonly variants = new Map<string, number>();
  private readonly calendars = new Map<string, number>();
  private files = 0;
  private readonly limits: FrontierLimits;
  private readonly endings = new Endings();
  private maxDepth = maxDepth.without;
  private cut = false;
  private closed = false;

  constructor(limits: FrontierLimits) {
    this.limits = limits;
  }

  /** How many addresses were accepted so far, visited ones too. */
  get found(): number {
    return this.seen.size;
  }

  /** Whether a limit kept addresses out. Then a page that was not reached may still exist. */
  get truncated(): boolean {
    return this.cut;
  }

  has(key: string): boolean {
    return this.seen.has(key);
  }

  /** Counts the address as found, without a visit. For the target of a redirect, which has just been fetched. */
  markSeen(key: string): void {
    this.seen.add(key);
  }

  /** A sitemap tells what pages there are. */
  trustSitemap(): void {
    this.maxDepth = maxDepth.withSitemap;
  }

  /** Whether the address looks like a file's and is one for all that is known, so that it is not asked for. */
  isKnownFile(url: URL): boolean {
    return this.endings.isKnown(url);
  }

  /** Notes what an address served. A file takes no page's place. */
  noteServed(url: URL, served: 'file' | 'page'): void {
    this.endings.note(url, served);
    if (served === 'file') this.files += 1;
  }

  /** From now on no address is added. What is still visited is visited for itself, and its links are not followed. */
  close(): void {
    this.closed = true;
  }

  /**
   * Adds the address. False when it is known already, out of scope, known to be a file, or over a limit.
   * `from`: the page that links to it.
   */
  add(address: URL, depth: number, source: 'link' | 'sitemap', from?: FileSource): boolean {
    if (this.closed) return false;
    const { leaveOut } = this.limits;
    if (isTooLong(address.href)) {
      leaveOut(address, 'its address is too long');
      return false;
    }
    if (source === 'link') {
      if (this.looked.has(address.href)) return false;
      // An address that was too deep is not remembered: a shorter way to it may be found, and the links of a trap would
      // fill the memory.
      if (depth <= this.maxDepth && this.looked.size < rememberedLinks) this.looked.add(address.href);
    }
    if (!isInScope(address, this.limits.scope)) return false;
    const url = cleanAddress(address);
    const key = pageKey(url);
    if (this.seen.has(key) || isTooLong(key)) return false;
    if (this.endings.isKnown(url)) {
      leaveOut(url, 'a file, and no page; see the discovered files');
      return false;
    }
    const isFull = this.seen.size - this.files >= this.limits.maxPages;
    if (isFull || depth > this.maxDepth) {
      this.cut = true;
      leaveOut(
        url,
        isFull
          ? `beyond the limit of ${this.limits.maxPages} pages`
          : `more than ${this.maxDepth} links away from the start`,
      );
      return false;
    }
    if (source === 'link' && this.isTrap(url)) {
      leaveOut(url, 'one of an endless row of addresses (a calendar, filters, folders that repeat)');
      return false;
    }
    this.endings.ask(url);
    this.seen.add(key);
    this.put({ url, key, depth, from });
    return true;
  }

  /** Puts an address back in that was visited before, for a second visit. */
  put(entry: FrontierEntry): void {
    this.seen.add(entry.key);
    const level = this.waiting[entry.depth] ?? [];
    for (let at = this.waiting.length; at <= entry.depth; at += 1) this.waiting[at] ??= [];
    this.waiting[entry.depth] = level;
    level.push(entry);
  }

  /** The next address to visit. Undefined when none waits now. */
  take(): FrontierEntry | undefined {
    for (const level of this.waiting) {
      const entry = level.shift();
      if (entry) return entry;
    }
    return undefined;
  }

  private isTrap(url: URL): boolean {
    const segments = url.pathname.split('/').filter(segment => segment !== '');
    if (segments.length > 20 || repeatsFolders(segments)) return true;
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
function repeatsFolders(segments: readonly string[]): boolean {
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
