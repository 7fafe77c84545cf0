import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LearnedDocument } from '../../knowledge/index.ts';
import { isoTime } from '../../platform/clock.ts';
import { errorText } from '../../platform/errors.ts';
import type { ModeName } from '../../platform/ids.ts';
import { cut } from '../../platform/portable/text-length.ts';
import { OverBudget, withinBudget } from '../../platform/within-budget.ts';
import { cleanAddress, documentIdOf, isFile, isInScope, isTooLong, pageKey } from '../fetch/address.ts';
import { decodeHtml, isHtml } from '../fetch/decode.ts';
import { type ExtractedPage, extractPage, readRobotsTags } from '../../knowledge/index.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import type { Fetched, FetchOptions } from '../fetch/fetched.ts';
import { robotName } from '../fetch/user-agent.ts';
import type { FrontierEntry } from './frontier.ts';
import type { Crawl } from './page-crawl.ts';
import {
  recordFailed,
  recordGone,
  recordUnchanged,
  modesThatReach,
  reachedAfter,
  recordSkipped,
  recordAlias,
  visitFields,
} from './page-outcome.ts';
import type { PageRecord, Verification } from './page-store.ts';
import { hasScripts, showPage, textLength } from './shown-page.ts';
import { differenceOf, fingerprintOf } from './text-fingerprint.ts';
import { looksNotFound, saysNotFound } from '../site/soft-404.ts';

/** Visits one address and gives the outcome to the outbox. Throws only defects and the signal's reason. */
export async function visitPage(entry: FrontierEntry, crawl: Crawl): Promise<void> {
  const known = crawl.records.get(entry.key);
  try {
    const refusal = await crawl.rules.refusal(entry.url);
    if (refusal !== undefined) return await recordSkipped(entry, refusal, crawl);
    const fetched = crawl.prefetched.get(entry.key) ?? (await fetchPage(entry, known, crawl));
    crawl.prefetched.delete(entry.key);
    await receive(entry, fetched, crawl);
  } catch (error) {
    if (error instanceof RefusedByRules) return recordSkipped(entry, error.message, crawl);
    if (!(error instanceof FetchFailure)) throw error;
    if (error.retry) crawl.tally.silent += 1;
    await recordFailed(entry, error.message, crawl);
  }
}

class RefusedByRules extends Error {}

/** The headers that ask for the page only if it has changed. Empty unless the page is learned for that mode already. */
export function validatorsOf(
  known: PageRecord | undefined,
  mode: ModeName,
): Pick<FetchOptions, 'etag' | 'lastModified'> {
  if (known?.outcome !== 'learned' || !modesThatReach(known.reached).includes(mode)) return {};
  return { etag: known.etag, lastModified: known.lastModified };
}

function fetchPage(entry: FrontierEntry, known: PageRecord | undefined, crawl: Crawl): Promise<Fetched> {
  return crawl.fetch(entry.url, {
    // A page that leaves a mode is submitted again, so it is fetched whole.
    ...(crawl.again || crawl.leaving.has(entry.key) ? {} : validatorsOf(known, crawl.mode)),
    wants: (status, contentType) => status === 200 && isHtml(contentType),
    admit: async url => {
      const refusal = url.href === entry.url.href ? undefined : await crawl.rules.refusal(url);
      if (refusal !== undefined) throw new RefusedByRules(refusal);
    },
  });
}

async function receive(asked: FrontierEntry, fetched: Fetched, crawl: Crawl): Promise<void> {
  crawl.tally.fetched += 1;
  let entry = asked;
  const key = pageKey(fetched.url);
  const leaving = crawl.leaving.has(asked.key);
  if (key !== asked.key) {
    // The seeds that still reach the page find out what is there now.
    if (leaving || crawl.again)
      return recordFailed(asked, `leads to ${fetched.url.host}${fetched.url.pathname}`, crawl);
    if (!isInScope(fetched.url, crawl.scope) || isFile(fetched.url) || isTooLong(key)) {
      return recordSkipped(asked, `leads to ${fetched.url.host}${fetched.url.pathname}`.slice(0, 300), crawl);
    }
    const taken = crawl.frontier.has(key);
    // Marked before anything is awaited, so that of two redirects to one page only one reads it.
    crawl.frontier.markSeen(key);
    await recordAlias(asked, key, [], crawl);
    if (taken) return;
    entry = { url: cleanAddress(fetched.url), key, depth: asked.depth };
  }
  const { status, contentType, body } = fetched;
  const known = crawl.records.get(entry.key);
  if (status === 304 && known && !leaving) return recordUnchanged(entry, known, fetched, crawl);
  if (status === 404 || status === 410) return recordGone(entry, `HTTP ${status}`, crawl);
  if (status !== 200) return recordFailed(entry, `HTTP ${status}`, crawl, status >= 500 || status === 429);
  if (!isHtml(contentType)) return recordSkipped(entry, `no web page (${contentType.split(';')[0]})`, crawl);
  // Lets the process do other work between two pages that take long, such as noticing that the job was deleted.
  await nextTurn();
  const reading = readPage(entry, body ?? new Uint8Array(), fetched, crawl);
  if ('problem' in reading) return recordFailed(entry, reading.problem, crawl);
  const isShown = reading.page.needsBrowser || (crawl.again?.verify && body && hasScripts(body));
  if (isShown && !reading.page.noindex) return learnShown(entry, reading, fetched, crawl);
  await learn(entry, reading, fetched, crawl);
}

/** Learns the page as a browser shows it; where it can not be shown, from its text without scripts, if that is enough. */
async function learnShown(
  entry: FrontierEntry,
  plain: Reading,
  fetched: Fetched,
  crawl: Crawl,
): Promise<void> {
  const shown = await showPage(fetched, plain.page, crawl.show);
  const known = crawl.records.get(entry.key);
  if (shown.kind === 'problem') {
    // What was learned of it in a browser is more than what there is without.
    if (!shown.enough || known?.rendered) return recordFailed(entry, shown.reason, crawl);
    return learn(entry, plain, fetched, crawl);
  }
  const { fetched: answer, url } = shown;
  if (pageKey(url) !== entry.key && !crawl.neverAlias.has(entry.key)) return followShown(entry, url, crawl);
  if (answer.status === 404 || answer.status === 410)
    return recordGone(entry, `HTTP ${answer.status}`, crawl);
  const reading = readPage(entry, answer.body ?? new Uint8Array(), answer, crawl);
  if ('problem' in reading) return recordFailed(entry, reading.problem, crawl);
  if (textLength(reading.page) < textLength(plain.page)) return learn(entry, plain, fetched, crawl);
  await learn(entry, reading, answer, crawl, true);
}

/** The page's scripts lead to another address. That one is visited, and this one after all if it can not be learned. */
function followShown(entry: FrontierEntry, url: URL, crawl: Crawl): Promise<void> {
  const key = pageKey(url);
  if (!isInScope(url, crawl.scope) || isFile(url) || isTooLong(key))
    return recordSkipped(entry, `leads to ${url.host}${url.pathname}`.slice(0, 300), crawl);
  crawl.frontier.add(cleanAddress(url), entry.depth, 'link');
  crawl.aliases.set(key, [...(crawl.aliases.get(key) ?? []), entry]);
  return recordAlias(entry, key, [], crawl);
}

interface Reading {
  readonly page: ExtractedPage;
  /** The hash of the content. Two addresses with the same hash are one page. */
  readonly hash: string;
  /** Whether the page says "not found". */
  readonly missing: boolean;
}

/** Reads the page. A failure is a problem of this page alone and never ends the job. */
function readPage(
  entry: FrontierEntry,
  body: Uint8Array,
  { contentType, url }: Fetched,
  { notFound, log, tally, workspace, job, readingBudgetMs }: Crawl,
): Reading | { readonly problem: string } {
  try {
    return withinBudget(readingBudgetMs, () => {
      const page = extractPage(decodeHtml(body, contentType), url);
      const missing = saysNotFound(page) || (notFound !== undefined && looksNotFound(page, notFound));
      return { page, hash: contentHash(page), missing };
    });
  } catch (error) {
    if (error instanceof OverBudget) tally.overBudget += 1;
    log.error('scrape.page_unreadable', error, {
      workspace,
      job,
      document: documentIdOf(workspace, entry.key),
    });
    const why = error instanceof OverBudget ? error.message : errorText(error);
    return { problem: `can not be read: ${why.slice(0, 150)}` };
  }
}

async function learn(
  entry: FrontierEntry,
  { page, hash: content, missing }: Reading,
  fetched: Fetched,
  crawl: Crawl,
  rendered = false,
): Promise<void> {
  if (missing && entry.key !== crawl.startKey) {
    return recordGone(entry, 'a "not found" page served as if it were one', crawl);
  }
  const header = readRobotsTags(fetched.robotsTags ?? [], robotName);
  const links = page.nofollow || header.nofollow ? [] : followable(page, crawl);
  follow(links, entry, crawl);
  if (page.noindex || header.noindex) return recordSkipped(entry, 'asks not to be indexed', crawl, links);
  const lastDay = Math.min(page.unavailableAfter ?? Infinity, header.unavailableAfter ?? Infinity);
  if (lastDay <= crawl.clock.now())
    return recordSkipped(entry, 'asks not to be indexed since a day that is over', crawl, links);
  const twin = canonicalOf(entry, page, crawl) ?? twinOf(entry, content, crawl);
  if (twin !== undefined) {
    const aliases = crawl.aliases.get(twin) ?? [];
    aliases.push(entry);
    crawl.aliases.set(twin, aliases);
    return recordAlias(entry, twin, links, crawl);
  }
  if (page.blocks.every(({ text }) => text.length < shortestText)) {
    return recordSkipped(entry, 'no readable text', crawl, links);
  }
  const known = crawl.records.get(entry.key);
  const fingerprint = fingerprintOf([page.title, ...page.blocks.map(({ text }) => text)]);
  const at = isoTime(crawl.clock.now());
  let verification: Verification = { status: 'pending_verification' };
  if (crawl.again?.verify && known?.fingerprint) {
    const difference = differenceOf(known.fingerprint, fingerprint);
    if (difference <= sameWithin && known.document !== undefined)
      return recordUnchanged(entry, known, fetched, crawl, { status: 'verified_unchanged', at, difference });
    verification = { status: 'verified_updated', at, difference };
  }
  // New to the mode, though another mode may have the page already.
  const isNew = known?.document === undefined || !modesThatReach(known.reached).includes(crawl.mode);
  const reached = reachedAfter(entry, known, crawl);
  const { seed } = crawl;
  if (seed !== undefined && known?.reached[seed] !== undefined && reached[seed] === undefined)
    crawl.tally.removed += 1;
  const id = documentIdOf(crawl.workspace, entry.key);
  const document: LearnedDocument = {
    id,
    url: entry.url.href,
    title: page.title,
    modes: modesThatReach(reached),
    ...(page.language === undefined ? {} : { language: page.language }),
    blocks: page.blocks,
  };
  const { etag, lastModified } = fetched;
  await crawl.outbox.add({
    document,
    record: {
      ...visitFields(entry, crawl, links),
      outcome: 'learned',
      change: isNew ? 'added' : 'updated',
      reached,
      title: cut(page.title, 300),
      words: wordsIn(page),
      learnedAt: at,
      fingerprint,
      verification,
      document: id,
      hash: content,
      ...(rendered ? { rendered } : {}),
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    },
  });
}

const shortestText = 3;
/** A page of which no more than this share of the text is another counts as unchanged when it is verified. */
const sameWithin = 0.01;

const wordsIn = ({ blocks }: ExtractedPage): number =>
  blocks.reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);

const contentHash = (page: ExtractedPage): string =>
  hash('sha256', page.title + JSON.stringify(page.blocks), 'base64url').slice(0, 22);

/** The page that this one names as its original, where that is plausible. */
function canonicalOf(entry: FrontierEntry, page: ExtractedPage, crawl: Crawl): string | undefined {
  const { canonical } = page;
  if (!canonical || crawl.neverAlias.has(entry.key) || !isInScope(canonical, crawl.scope)) return undefined;
  const key = pageKey(canonical);
  // A template that names the home page as the original of every page is a mistake, and a common one.
  if (key === entry.key || canonical.pathname === '/' || isFile(canonical)) return undefined;
  crawl.frontier.add(canonical, entry.depth, 'link');
  return crawl.frontier.has(key) ? key : undefined;
}

/** A page with exactly the same content, of this job or of the one before. */
function twinOf(entry: FrontierEntry, hash: string, crawl: Crawl): string | undefined {
  if (crawl.neverAlias.has(entry.key)) return undefined;
  const known = crawl.records.get(entry.key);
  const old = known?.aliasOf === undefined ? undefined : crawl.records.get(known.aliasOf);
  if (old?.outcome === 'learned' && old.hash === hash && crawl.frontier.has(old.key)) return old.key;
  const twin = crawl.byHash.get(hash);
  if (twin !== undefined && twin !== entry.key) return twin;
  crawl.byHash.set(hash, entry.key);
  return undefined;
}

/** In characters: the room for addresses in a page's record. A page with more of them is a dump of data. */
const longestLinks = 200_000;

function followable(page: ExtractedPage, crawl: Crawl): URL[] {
  let length = 0;
  return page.links.flatMap(({ url, nofollow }) => {
    if (nofollow || !isInScope(url, crawl.scope) || isFile(url) || isTooLong(url.href)) return [];
    length += url.href.length;
    return length <= longestLinks ? url : [];
  });
}

function follow(links: Iterable<URL>, { depth }: FrontierEntry, crawl: Crawl): void {
  for (const url of links) crawl.frontier.add(url, depth + 1, 'link');
}
