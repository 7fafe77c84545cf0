import { gunzipSync } from 'node:zlib';
import { Parser } from 'htmlparser2';
import * as z from 'zod';
import { tryWithinBudget } from '../../platform/within-budget.ts';
import type { Scope } from '../fetch/address.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import type { PatientFetch } from '../fetch/fetch-patiently.ts';
import { TimeUp } from '../fetch/pace.ts';
import type { SiteRules } from './site-rules.ts';

/** Where sites keep their sitemap when robots.txt names none. */
const usualPlaces = [
  'sitemap.xml',
  'sitemap_index.xml',
  'sitemap-index.xml',
  'sitemap.xml.gz',
  'sitemap1.xml',
  'sitemap',
];
const maxSitemaps = 100;
/** The processor time for one sitemap. One of the greatest size takes about two seconds. */
const readingBudgetMs = 10_000;
/**
 * The greatest size of a sitemap, before and after decompression. The protocol allows 50 MB, which would need a
 * function with more memory.
 */
const maxSitemapBytes = 10 * 1024 * 1024;
/** The protocol's own limit. */
const maxAddresses = 50_000;
/** A sitemap nests its elements four deep. The parser's time grows with the depth, so reading stops here. */
const maxNesting = 100;
const pieceLength = 16_384;

/**
 * What is at the address of a sitemap. `gone`: nothing. `none`: something else. `unreadable`: it can not be read now. Else
 * the addresses of pages, and of further sitemaps.
 */
export const sitemapAnswer = z.union([
  z.enum(['gone', 'none', 'unreadable']),
  z.object({ pages: z.array(z.string()), sitemaps: z.array(z.string()) }),
]);
export type SitemapAnswer = z.output<typeof sitemapAnswer>;

/** The answers that are known already, by address. */
export interface SitemapMemory {
  sitemapAt(address: string): SitemapAnswer | undefined;
  noteSitemap(address: string, answer: SitemapAnswer): void;
}

/**
 * Tells of each page that the site's sitemaps list, and of each sitemap that was read. Reads the sitemaps that
 * robots.txt names; without any, the first of the usual places that has one. For a section, the section's own sitemap
 * comes first. False when a sitemap could not be read now, or not in time, so that pages may be missing.
 */
export async function readSitemaps(
  start: URL,
  scope: Scope,
  rules: SiteRules,
  tell: {
    readonly page: (page: URL) => void;
    readonly read: (sitemap: URL, pages: number) => void;
  },
  fetch: PatientFetch,
  memory: SitemapMemory,
): Promise<boolean> {
  if (scope.kind === 'page') return true;
  const { sitemaps } = await rules.of(start.origin);
  const named = sitemaps.flatMap(address => URL.parse(address, start.origin) ?? []);
  const inSection = scope.kind === 'section' ? [new URL('sitemap.xml', start)] : [];
  const usual = usualPlaces.map(place => new URL(`/${place}`, start));
  let complete = true;
  const seen = new Set<string>();
  const read = async (url: URL, isNamed: boolean): Promise<number> => {
    if (seen.has(url.href)) return 0;
    if (seen.size >= maxSitemaps) {
      complete = false;
      return 0;
    }
    seen.add(url.href);
    const sitemap = memory.sitemapAt(url.href) ?? (await fetchSitemap(url, rules, fetch));
    memory.noteSitemap(url.href, sitemap);
    // At a guessed address there may be anything. But a sitemap that the site names and does not serve hides pages.
    if (sitemap === 'unreadable' || (sitemap === 'none' && isNamed)) complete = false;
    if (sitemap === 'unreadable' || sitemap === 'none' || sitemap === 'gone') return 0;
    for (const page of sitemap.pages) tell.page(new URL(page));
    let pages = sitemap.pages.length;
    if (pages > 0) tell.read(url, pages);
    for (const inner of sitemap.sitemaps) pages += await read(new URL(inner), true);
    return pages;
  };
  try {
    for (const url of inSection) await read(url, false);
    for (const url of named) await read(url, true);
    if (named.length > 0) return complete;
    for (const url of usual) if ((await read(url, false)) > 0) break;
    return complete;
  } catch (error) {
    if (error instanceof TimeUp) return false;
    throw error;
  }
}

async function fetchSitemap(url: URL, rules: SiteRules, fetch: PatientFetch): Promise<SitemapAnswer> {
  try {
    const {
      status,
      body,
      url: final,
    } = await fetch(url, {
      maxBytes: maxSitemapBytes,
      // Many hosts call a sitemap a web page. Whether it is one shows when it is read.
      wants: status => status === 200,
      admit: async address => {
        const refusal = await rules.refusal(address);
        if (refusal !== undefined) throw new FetchFailure('refused', refusal);
      },
    });
    if (status >= 500 || status === 429) return 'unreadable';
    if (status === 404 || status === 410) return 'gone';
    if (!body) return 'none';
    const sitemap = tryWithinBudget(readingBudgetMs, () => parseSitemap(body, final));
    if (!sitemap) return 'unreadable';
    const [pages, sitemaps] = [sitemap.pages.map(hrefOf), sitemap.sitemaps.map(hrefOf)];
    return pages.length + sitemaps.length > 0 ? { pages, sitemaps } : 'none';
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    return error.retry ? 'unreadable' : 'none';
  }
}

const hrefOf = ({ href }: URL): string => href;

interface Sitemap {
  /** Addresses of pages. */
  readonly pages: URL[];
  /** Addresses of further sitemaps. */
  readonly sitemaps: URL[];
}

/**
 * Reads a sitemap or an index of sitemaps, a feed (RSS, Atom) or a plain list of addresses, gzipped or not. Relative addresses are
 * resolved against `url`. Any other file gives an empty result. Only the first 50,000 addresses count.
 */
export function parseSitemap(bytes: Uint8Array, url: URL): Sitemap {
  const text = decodeXml(unpacked(bytes)).trimStart();
  const pages: URL[] = [];
  const sitemaps: URL[] = [];
  const add = (list: URL[], address: string) => {
    if (pages.length + sitemaps.length >= maxAddresses) return;
    const resolved = URL.parse(address.trim(), url.href);
    if (resolved) list.push(resolved);
  };
  if (/^https?:\/\//i.test(text)) {
    // One address a line. What else stands there is none, though it could be read as a relative one.
    for (const [address] of text.matchAll(/\S+/g)) {
      if (pages.length >= maxAddresses) break;
      if (/^https?:\/\//i.test(address)) add(pages, address);
    }
    return { pages, sitemaps };
  }
  let inside: URL[] | undefined;
  let location: string | undefined;
  let cut = false;
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(tag, { href, rel = 'alternate' }) {
        depth += 1;
        const name = localName(tag);
        if (name === 'url' || name === 'item' || name === 'entry') inside = pages;
        else if (name === 'sitemap') inside = sitemaps;
        // Of Atom feeds, and of pages in other languages.
        else if (name === 'link' && href !== undefined && rel === 'alternate' && inside) add(inside, href);
        // `image:loc` and the like are not pages.
        else if (isLocation(name) && !/^(?:image|video|news|media|atom):/i.test(tag)) location = '';
      },
      ontext(text) {
        if (location !== undefined) location += text;
      },
      onclosetag(tag) {
        depth -= 1;
        const name = localName(tag);
        if (isLocation(name) && location !== undefined) {
          if (inside && !cut && location.trim() !== '') add(inside, location);
          location = undefined;
        } else if (name !== 'link' && isHolder(name)) inside = undefined;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  for (let at = 0; at < text.length; at += pieceLength) {
    parser.write(text.slice(at, at + pieceLength));
    if (depth > maxNesting) break;
  }
  // The parser closes the elements that the file left open. An address that was cut off there does not count.
  cut = true;
  parser.end();
  return { pages, sitemaps };
}

/** The elements that hold an address: of sitemaps, of RSS feeds. */
const isLocation = (name: string): boolean => name === 'loc' || name === 'link';
const isHolder = (name: string): boolean => /^(?:url|sitemap|item|entry)$/.test(name);

/** By the byte order mark, by the zeros that every other byte of an ASCII character is, or by what the file says. */
function decodeXml(bytes: Uint8Array): string {
  const begin = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const wide = /^(?:\xff\xfe|[^\0]\0)/.test(begin)
    ? 'utf-16le'
    : /^(?:\xfe\xff|\0[^\0])/.test(begin)
      ? 'utf-16be'
      : undefined;
  const declared = /^[^<]*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)/i.exec(begin)?.[1];
  // A declaration that can be read byte by byte is not in UTF-16, whatever it says.
  const encoding = wide ?? (declared && /^utf-?16/i.test(declared) ? undefined : declared);
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

const localName = (tag: string): string => tag.slice(tag.indexOf(':') + 1).toLowerCase();

function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxSitemapBytes });
  } catch {
    // Damaged or a decompression bomb: it counts as no sitemap.
    return new Uint8Array();
  }
}
