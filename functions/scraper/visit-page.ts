import { createHash } from 'node:crypto';
import type { LearnedDocument } from '../knowledge/index.ts';
import type { ModeName, ScrapeJobId, WorkspaceId } from '../platform/ids.ts';
import { cleanAddress, documentIdOf, isFile, isInScope, pageKey, type Scope } from './address.ts';
import { decodeHtml } from './decode.ts';
import { type ExtractedPage, extractPage } from './extract.ts';
import { type Fetched, FetchFailure, type FetchOptions } from './fetch-page.ts';
import type { Frontier, FrontierEntry } from './frontier.ts';
import type { Outbox } from './outbox.ts';
import type { PageRecord } from './page-store.ts';
import type { SiteRules } from './site-rules.ts';
import { looksNotFound, type NotFoundLook } from './soft-404.ts';
import type { Tally } from './tally.ts';

/** One job's crawl of one site, as far as a visit needs to know. */
export interface Crawl {
  readonly workspace: WorkspaceId;
  readonly job: ScrapeJobId;
  readonly mode: ModeName;
  /** Mode and asked address: the reason why a page is learned. */
  readonly seed: string;
  readonly scope: Scope;
  readonly startKey: string;
  readonly records: ReadonlyMap<string, PageRecord>;
  readonly frontier: Frontier;
  readonly rules: SiteRules;
  readonly fetch: (url: URL, options: FetchOptions) => Promise<Fetched>;
  readonly notFound: NotFoundLook | undefined;
  readonly outbox: Outbox;
  readonly tally: Tally;
  /** Content hash to the page of this job that has it. */
  readonly byHash: Map<string, string>;
  /** Pages that say they are another: visited as themselves in the end if that other can not be learned. */
  readonly aliases: Map<string, FrontierEntry[]>;
  /** Addresses to take at their own word. */
  readonly asThemselves: Set<string>;
  /** Pages that the seed no longer reaches but others do: learned again with fewer modes. */
  readonly leaving: Set<string>;
  /** The answer for the start, which was fetched to find out where the site is. */
  readonly prefetched: Map<string, Fetched>;
}

/** Visits one address and puts what came of it in the outbox. Throws only defects and the signal's reason. */
export async function visitPage(entry: FrontierEntry, crawl: Crawl): Promise<void> {
  const known = crawl.records.get(entry.key);
  try {
    const refusal = await crawl.rules.refusal(entry.url);
    if (refusal !== undefined) return await skip(entry, refusal, crawl);
    const fetched = crawl.prefetched.get(entry.key) ?? (await fetchPage(entry, known, crawl));
    crawl.prefetched.delete(entry.key);
    await receive(entry, fetched, crawl);
  } catch (error) {
    if (error instanceof RefusedByRules) return skip(entry, error.message, crawl);
    if (!(error instanceof FetchFailure)) throw error;
    if (error.retry) crawl.tally.silent += 1;
    await fail(entry, error.message, crawl);
  }
}

class RefusedByRules extends Error {}

/** To ask for the page only if it has changed: where all that would be learned from it, for that mode, is known. */
export function validatorsOf(
  known: PageRecord | undefined,
  mode: ModeName,
): Pick<FetchOptions, 'etag' | 'lastModified'> {
  if (known?.outcome !== 'learned' || !modesOf(known.reached).includes(mode)) return {};
  return { etag: known.etag, lastModified: known.lastModified };
}

function fetchPage(entry: FrontierEntry, known: PageRecord | undefined, crawl: Crawl): Promise<Fetched> {
  return crawl.fetch(entry.url, {
    ...(crawl.leaving.has(entry.key) ? {} : validatorsOf(known, crawl.mode)),
    wants: (status, contentType) => status === 200 && isHtml(contentType),
    admit: async url => {
      const refusal = url.href === entry.url.href ? undefined : await crawl.rules.refusal(url);
      if (refusal !== undefined) throw new RefusedByRules(refusal);
    },
  });
}

/** An answer without a type is looked at: it is HTML more often than not. */
export const isHtml = (contentType: string): boolean =>
  /^(?:text\/html|application\/xhtml\+xml|$)/.test(contentType);

async function receive(asked: FrontierEntry, fetched: Fetched, crawl: Crawl): Promise<void> {
  crawl.tally.fetched += 1;
  let entry = asked;
  const key = pageKey(fetched.url);
  if (key !== asked.key) {
    if (!isInScope(fetched.url, crawl.scope) || isFile(fetched.url)) {
      return skip(asked, `leads to ${fetched.url.host}${fetched.url.pathname}`, crawl);
    }
    const taken = crawl.frontier.has(key);
    // Before anything is awaited: of two redirects to one page only one reads it.
    crawl.frontier.markSeen(key);
    await standFor(asked, key, [], crawl);
    if (taken) return;
    entry = { url: cleanAddress(fetched.url), key, depth: asked.depth };
  }
  const { status, contentType, body } = fetched;
  const known = crawl.records.get(entry.key);
  if (status === 304 && known) return keep(entry, known, fetched, crawl);
  if (status === 404 || status === 410) return gone(entry, `HTTP ${status}`, crawl);
  if (status !== 200) return fail(entry, `HTTP ${status}`, crawl, status >= 500 || status === 429);
  if (!isHtml(contentType)) return skip(entry, `no web page (${contentType.split(';')[0]})`, crawl);
  const page = extractPage(decodeHtml(body ?? new Uint8Array(), contentType), fetched.url);
  await learn(entry, page, fetched, crawl);
}

async function learn(
  entry: FrontierEntry,
  page: ExtractedPage,
  fetched: Fetched,
  crawl: Crawl,
): Promise<void> {
  if (crawl.notFound && entry.key !== crawl.startKey && looksNotFound(page, crawl.notFound)) {
    return gone(entry, 'a "not found" page served as if it were one', crawl);
  }
  const tag = fetched.robotsTag?.toLowerCase() ?? '';
  const links = page.nofollow || /nofollow|none/.test(tag) ? [] : followable(page, crawl);
  follow(links, entry, crawl);
  if (page.noindex || /noindex|none/.test(tag)) return skip(entry, 'asks not to be indexed', crawl, links);
  const twin = canonicalOf(entry, page, crawl) ?? twinOf(entry, page, crawl);
  if (twin !== undefined) {
    crawl.aliases.set(twin, [...(crawl.aliases.get(twin) ?? []), entry]);
    return standFor(entry, twin, links, crawl);
  }
  if (page.blocks.every(({ text }) => text.length < shortestText)) {
    return skip(entry, 'no readable text (made by scripts, or empty)', crawl, links);
  }
  const known = crawl.records.get(entry.key);
  const hash = contentHash(page);
  const reached = reachedNow(entry, known, crawl);
  const id = documentIdOf(crawl.workspace, entry.key);
  const document: LearnedDocument = {
    id,
    url: entry.url.href,
    title: page.title,
    modes: modesOf(reached),
    ...(page.language === undefined ? {} : { language: page.language }),
    blocks: page.blocks,
  };
  const { etag, lastModified } = fetched;
  await crawl.outbox.add({
    document,
    record: {
      ...visited(entry, crawl, links),
      outcome: 'learned',
      change: known?.document === undefined ? 'added' : 'updated',
      reached,
      document: id,
      hash,
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    },
  });
}

const shortestText = 3;

const contentHash = (page: ExtractedPage): string =>
  createHash('sha256')
    .update(page.title)
    .update(JSON.stringify(page.blocks))
    .digest('base64url')
    .slice(0, 22);

/** The page that this one says it is a copy of, when that may be so. */
function canonicalOf(entry: FrontierEntry, page: ExtractedPage, crawl: Crawl): string | undefined {
  const { canonical } = page;
  if (!canonical || crawl.asThemselves.has(entry.key) || !isInScope(canonical, crawl.scope)) return undefined;
  const key = pageKey(canonical);
  // A template that names the home page as the original of every page is a mistake, and a common one.
  if (key === entry.key || canonical.pathname === '/' || isFile(canonical)) return undefined;
  crawl.frontier.add(canonical, entry.depth, 'link');
  return crawl.frontier.has(key) ? key : undefined;
}

/** A page with exactly the same content, of this job or of the last one. */
function twinOf(entry: FrontierEntry, page: ExtractedPage, crawl: Crawl): string | undefined {
  if (crawl.asThemselves.has(entry.key)) return undefined;
  const hash = contentHash(page);
  const known = crawl.records.get(entry.key);
  const old = known?.aliasOf === undefined ? undefined : crawl.records.get(known.aliasOf);
  if (old?.outcome === 'learned' && old.hash === hash && crawl.frontier.has(old.key)) return old.key;
  const twin = crawl.byHash.get(hash);
  if (twin !== undefined && twin !== entry.key) return twin;
  crawl.byHash.set(hash, entry.key);
  return undefined;
}

const followable = (page: ExtractedPage, crawl: Crawl): URL[] =>
  page.links
    .filter(({ url, nofollow }) => !nofollow && isInScope(url, crawl.scope) && !isFile(url))
    .map(({ url }) => url);

function follow(links: Iterable<URL>, { depth }: FrontierEntry, crawl: Crawl): void {
  for (const url of links) crawl.frontier.add(url, depth + 1, 'link');
}

/** Leads on to what a page linked to when it was last read. */
export function followKnown({ links, depth }: PageRecord, crawl: Pick<Crawl, 'frontier'>): void {
  for (const link of links) {
    const url = URL.parse(link);
    if (url) crawl.frontier.add(url, depth + 1, 'link');
  }
}

export const modesOf = (reached: Readonly<Record<string, string>>): ModeName[] => [
  ...new Set(Object.keys(reached).map(seed => seed.slice(0, seed.indexOf(' ')) as ModeName)),
];

function reachedNow(
  entry: FrontierEntry,
  known: PageRecord | undefined,
  crawl: Crawl,
): Record<string, string> {
  const { [crawl.seed]: _, ...others } = known?.reached ?? {};
  return crawl.leaving.has(entry.key) ? others : { ...others, [crawl.seed]: crawl.job };
}

const visited = (entry: FrontierEntry, { job }: Crawl, links: Iterable<URL>) => ({
  key: entry.key,
  url: entry.url.href,
  job,
  depth: entry.depth,
  links: [...new Set(Array.from(links, ({ href }) => href))],
});

async function keep(entry: FrontierEntry, known: PageRecord, fetched: Fetched, crawl: Crawl): Promise<void> {
  followKnown({ ...known, depth: entry.depth }, crawl);
  if (known.hash !== undefined) crawl.byHash.set(known.hash, entry.key);
  const { etag = known.etag, lastModified = known.lastModified } = fetched;
  await crawl.outbox.add({
    record: {
      ...known,
      job: crawl.job,
      change: 'unchanged',
      depth: entry.depth,
      reached: reachedNow(entry, known, crawl),
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    },
  });
}

/** The page does not count; what was learned from it before is taken back. */
async function skip(
  entry: FrontierEntry,
  reason: string,
  crawl: Crawl,
  links: Iterable<URL> = [],
): Promise<void> {
  const known = crawl.records.get(entry.key);
  await crawl.outbox.add({
    record: {
      ...visited(entry, crawl, links),
      outcome: 'skipped',
      change: 'skipped',
      reached: reachedNow(entry, known, crawl),
      reason,
    },
    ...(known?.document === undefined ? {} : { remove: known.document }),
  });
}

/** The address is another name of the page `target`. */
async function standFor(
  entry: FrontierEntry,
  target: string,
  links: Iterable<URL>,
  crawl: Crawl,
): Promise<void> {
  const known = crawl.records.get(entry.key);
  await crawl.outbox.add({
    record: {
      ...visited(entry, crawl, links),
      outcome: 'alias',
      change: 'skipped',
      reached: reachedNow(entry, known, crawl),
      aliasOf: target,
    },
    ...(known?.document === undefined ? {} : { remove: known.document }),
  });
}

/** Not there any more: forgotten with what was learned from it. A link to nowhere is worth telling the owner. */
async function gone(entry: FrontierEntry, reason: string, crawl: Crawl): Promise<void> {
  const known = crawl.records.get(entry.key);
  if (known?.document === undefined) {
    crawl.tally.failed += 1;
    crawl.tally.error(entry.url.href, reason);
  }
  const record: PageRecord = {
    ...visited(entry, crawl, []),
    outcome: 'failed',
    change: 'failed',
    reached: {},
    reason,
  };
  await crawl.outbox.add({
    record,
    forget: true,
    ...(known?.document === undefined ? {} : { remove: known.document }),
  });
}

/** Can not be had now: what was learned from it before stays, and its links still lead on. */
async function fail(entry: FrontierEntry, reason: string, crawl: Crawl, mayHide = true): Promise<void> {
  const known = crawl.records.get(entry.key);
  crawl.tally.error(entry.url.href, reason);
  if (known && known.links.length > 0) followKnown({ ...known, depth: entry.depth }, crawl);
  else if (mayHide) crawl.tally.blind += 1;
  await crawl.outbox.add({
    record: {
      ...(known ?? { ...visited(entry, crawl, []), reached: {}, outcome: 'failed' as const }),
      job: crawl.job,
      change: 'failed',
      depth: entry.depth,
      reached: reachedNow(entry, known, crawl),
      reason,
    },
  });
}
