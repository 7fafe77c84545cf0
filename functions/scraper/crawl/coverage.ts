import { cut } from '../../platform/portable/text-length.ts';
import { pageKey } from '../fetch/address.ts';
import type { PageRecord } from './page-store.ts';
import type { CoverageReport, SkippedPages } from './schema.ts';

/** So many addresses of each reason are listed. The others are counted. */
const listed = 20;
const longestAddress = 300;
const mostReasons = 40;
/** So many addresses are known apart. Beyond it one that many pages link to is counted more than once. */
const mostApart = 50_000;
/** Reasons beyond `mostReasons` are counted together: each failure may have words of its own. */
const otherReasons = 'other reasons';

/**
 * Gathers what a crawl leaves out, and why, in words for the owner of the site. What was left out when it was found
 * counts only if it was not reached another way.
 */
export class Coverage {
  private readonly leftOut = new Map<string, { readonly address: string; readonly reason: string }>();
  private readonly sitemapKeys = new Set<string>();
  private namedElsewhere = 0;
  private sitemaps: { readonly url: string; readonly pages: number }[] = [];

  /** An address that was found and is not visited. */
  leave(url: URL, reason: string): void {
    const key = pageKey(url);
    if (this.leftOut.has(key) || this.leftOut.size >= mostApart) return;
    this.leftOut.set(key, { address: cut(url.href, longestAddress), reason });
  }

  /** A sitemap that was read, and how many pages it names. */
  sitemap(url: URL, pages: number): void {
    if (this.sitemaps.length < listed) this.sitemaps.push({ url: cut(url.href, longestAddress), pages });
  }

  /** A page that a sitemap names. */
  named(url: URL, isInScope: boolean): void {
    if (!isInScope) this.namedElsewhere += 1;
    else if (this.sitemapKeys.size < mostApart) this.sitemapKeys.add(pageKey(url));
  }

  /** Whether a sitemap names pages of what is crawled. */
  get hasSitemap(): boolean {
    return this.sitemapKeys.size > 0;
  }

  /** What came of the crawl. `records`: those of the job, by key. */
  report(records: ReadonlyMap<string, PageRecord>): CoverageReport {
    const skipped = new Map<string, SkippedPages>();
    const skip = (key: string, reason: string, address: string) => {
      const known = skipped.has(reason) || skipped.size < mostReasons;
      const name = known ? reason : otherReasons;
      const { count = 0, in_sitemap = 0, addresses = [] } = skipped.get(name) ?? {};
      skipped.set(name, {
        reason: name,
        count: count + 1,
        in_sitemap: in_sitemap + Number(this.sitemapKeys.has(key)),
        addresses: addresses.length < listed ? [...addresses, address] : addresses,
      });
    };
    let learned = 0;
    let learnedOfSitemap = 0;
    for (const { key, outcome, change, reason, url } of records.values()) {
      if (outcome === 'learned' && change !== 'failed') {
        learned += 1;
        if (this.sitemapKeys.has(key)) learnedOfSitemap += 1;
      } else if (outcome === 'alias') skip(key, copyReason, cut(url, longestAddress));
      else skip(key, reason ?? 'it could not be learned', cut(url, longestAddress));
    }
    for (const [key, { address, reason }] of this.leftOut) if (!records.has(key)) skip(key, reason, address);
    return {
      learned,
      sitemaps: this.sitemaps,
      sitemap: {
        named: this.sitemapKeys.size,
        learned: learnedOfSitemap,
        other_sites: this.namedElsewhere,
      },
      skipped: [...skipped.values()].sort((one, other) => other.count - one.count),
    };
  }
}

const copyReason = 'another address has the same page';
