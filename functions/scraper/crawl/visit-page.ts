import { errorText } from '../../platform/errors.ts';
import type { ModeName } from '../../platform/ids.ts';
import { OverBudget } from '../../platform/within-budget.ts';
import { cleanAddress, documentIdOf, isInScope, isTooLong, pageKey } from '../fetch/address.ts';
import { decodeHtml, extractPage } from '../../knowledge/index.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import type { Fetched, FetchOptions } from '../fetch/fetched.ts';
import { isHtml } from '../fetch/media-type.ts';
import { fileServed } from '../files/found-files.ts';
import type { FrontierEntry } from './frontier.ts';
import { contentHash, learn } from './learn-page.ts';
import type { Crawl } from './page-crawl.ts';
import {
  recordFailed,
  recordGone,
  recordUnchanged,
  modesThatReach,
  recordSkipped,
  recordAlias,
} from './page-outcome.ts';
import type { Reading } from './page-reader.ts';
import type { PageRecord } from './page-store.ts';
import { hasScripts, showPage, textLength } from './shown-page.ts';
import { looksNotFound, saysNotFound } from '../site/soft-404.ts';

/** Visits one address and gives the outcome to the outbox. Throws only defects and the signal's reason. */
export async function visitPage(entry: FrontierEntry, crawl: Crawl): Promise<void> {
  const known = crawl.records.get(entry.key);
  try {
    await crawl.blocked.refresh();
    const blocked = crawl.blocked.reason(entry.url);
    // Without a record: what the mode has learned of it is taken out with the pages that it no longer reaches.
    if (blocked !== undefined && crawl.again) return await recordFailed(entry, blocked, crawl);
    if (blocked !== undefined) return crawl.coverage.leave(entry.url, blocked);
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
      if (url.href === entry.url.href) return;
      const refusal = crawl.blocked.reason(url) ?? (await crawl.rules.refusal(url));
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
    if (!isInScope(fetched.url, crawl.scope) || isTooLong(key)) {
      await noteFile(asked, fetched, crawl);
      return recordSkipped(asked, `leads to ${fetched.url.host}${fetched.url.pathname}`.slice(0, 300), crawl);
    }
    const taken = crawl.frontier.has(key);
    // Marked before anything is awaited, so that of two redirects to one page only one reads it.
    crawl.frontier.markSeen(key);
    await recordAlias(asked, key, [], crawl);
    if (taken) return;
    entry = { url: cleanAddress(fetched.url), key, depth: asked.depth, from: asked.from };
  }
  const { status, contentType, body } = fetched;
  const known = crawl.records.get(entry.key);
  if (status === 304 && known && !leaving) return recordUnchanged(entry, known, fetched, crawl);
  if (status === 404 || status === 410) return recordGone(entry, `HTTP ${status}`, crawl);
  if (status !== 200) return recordFailed(entry, `HTTP ${status}`, crawl, status >= 500 || status === 429);
  if (!isHtml(contentType)) {
    const isListed = await noteFile(entry, fetched, crawl);
    crawl.frontier.noteServed(entry.url, 'file');
    const type = contentType.split(';')[0];
    return recordSkipped(
      entry,
      isListed ? 'a file, and no page; see the discovered files' : `no web page (${type})`,
      crawl,
    );
  }
  crawl.frontier.noteServed(entry.url, 'page');
  const reading = await readPage(entry, body ?? new Uint8Array(), fetched, crawl);
  if ('problem' in reading) return recordFailed(entry, reading.problem, crawl);
  const isShown = reading.page.needsBrowser || (crawl.again?.verify && body && hasScripts(body));
  if (isShown && !reading.page.noindex) return learnShown(entry, reading, fetched, crawl);
  await learn(entry, reading, fetched, crawl);
}

/**
 * Learns the page as a browser shows it; where it can not be shown, from its text without scripts, if that is enough.
 */
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
  if (pageKey(url) !== entry.key && !crawl.copies.never.has(entry.key)) return followShown(entry, url, crawl);
  if (answer.status === 404 || answer.status === 410)
    return recordGone(entry, `HTTP ${answer.status}`, crawl);
  const reading = await readPage(entry, answer.body ?? new Uint8Array(), answer, crawl);
  if ('problem' in reading) return recordFailed(entry, reading.problem, crawl);
  if (textLength(reading.page) < textLength(plain.page)) return learn(entry, plain, fetched, crawl);
  await learn(entry, reading, answer, crawl, true);
}

/** The page's scripts lead to another address. That one is visited, and this one after all if it can not be learned. */
function followShown(entry: FrontierEntry, url: URL, crawl: Crawl): Promise<void> {
  const key = pageKey(url);
  if (!isInScope(url, crawl.scope) || isTooLong(key))
    return recordSkipped(entry, `leads to ${url.host}${url.pathname}`.slice(0, 300), crawl);
  crawl.frontier.add(cleanAddress(url), entry.depth, 'link');
  crawl.copies.add(entry, key, true);
  return recordAlias(entry, key, [], crawl);
}

/** Whether the address serves a file of a kind that is listed. */
async function noteFile(entry: FrontierEntry, fetched: Fetched, crawl: Crawl): Promise<boolean> {
  if (fetched.status !== 200 || isHtml(fetched.contentType)) return false;
  const file = fileServed(fetched, entry.from, entry.url);
  if (file && !crawl.blocked.hasFile(file.url)) await crawl.files.add(file);
  return file !== undefined;
}

/** Reads the page. A failure is a problem of this page alone and never ends the job. */
async function readPage(
  entry: FrontierEntry,
  body: Uint8Array,
  { contentType, url }: Fetched,
  { notFound, log, tally, workspace, job, reader }: Crawl,
): Promise<Reading | { readonly problem: string }> {
  try {
    return await reader.read(body.length, () => {
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
