import { isoTime } from '../../platform/clock.ts';
import { cut } from '../../platform/portable/text-length.ts';
import type { ModeName } from '../../platform/ids.ts';
import type { Fetched } from '../fetch/fetched.ts';
import type { FrontierEntry } from './frontier.ts';
import type { Crawl } from './page-crawl.ts';
import { failedRecord, type PageRecord } from './page-store.ts';

/** Puts the links that the record holds into the frontier: those that the page had when it was last read. */
export function followKnown({ links, depth }: PageRecord, crawl: Pick<Crawl, 'frontier'>): void {
  for (const link of links) {
    const url = URL.parse(link);
    if (url) crawl.frontier.add(url, depth + 1, 'link');
  }
}

export const modesThatReach = (reached: Readonly<Record<string, string>>): ModeName[] => [
  ...new Set(Object.keys(reached).map(seed => seed.slice(0, seed.indexOf(' ')) as ModeName)),
];

export function reachedAfter(
  entry: FrontierEntry,
  known: PageRecord | undefined,
  crawl: Crawl,
): Record<string, string> {
  if (crawl.seed === undefined) return { ...known?.reached };
  const { [crawl.seed]: _, ...others } = known?.reached ?? {};
  return crawl.leaving.has(entry.key) ? others : { ...others, [crawl.seed]: crawl.job };
}

export const visitFields = (entry: FrontierEntry, { job }: Crawl, links: Iterable<URL>) => ({
  key: entry.key,
  url: entry.url.href,
  job,
  depth: entry.depth,
  links: [...new Set(Array.from(links, ({ href }) => href))],
});

export async function recordUnchanged(
  entry: FrontierEntry,
  known: PageRecord,
  fetched: Fetched,
  crawl: Crawl,
  verification = known.verification,
): Promise<void> {
  followKnown({ ...known, depth: entry.depth }, crawl);
  if (known.hash !== undefined && known.outcome === 'learned') crawl.copies.byHash.set(known.hash, entry.key);
  const { etag = known.etag, lastModified = known.lastModified } = fetched;
  await crawl.outbox.add({
    record: {
      ...known,
      job: crawl.job,
      change: 'unchanged',
      ...(verification === undefined ? {} : { verification }),
      depth: entry.depth,
      learnedAt: isoTime(crawl.clock.now()),
      reached: reachedAfter(entry, known, crawl),
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    },
  });
}

/** The page is not learned. What was learned from it before is removed. */
export const recordSkipped = (
  entry: FrontierEntry,
  reason: string,
  crawl: Crawl,
  links: Iterable<URL> = [],
): Promise<void> => recordUnlearned(entry, { outcome: 'skipped', reason }, links, crawl);

/** The address is another one of the page `target`. What was learned from it before is removed. */
export const recordAlias = (
  entry: FrontierEntry,
  target: string,
  links: Iterable<URL>,
  crawl: Crawl,
  { hash, unchecked = false }: { hash?: string; unchecked?: boolean } = {},
): Promise<void> => {
  const alias = { outcome: 'alias', aliasOf: target } as const;
  const compared = { ...(hash === undefined ? {} : { hash }), ...(unchecked ? { unchecked } : {}) };
  return recordUnlearned(entry, { ...alias, ...compared }, links, crawl);
};

async function recordUnlearned(
  entry: FrontierEntry,
  why: Pick<PageRecord, 'outcome' | 'reason' | 'aliasOf' | 'hash' | 'unchecked'>,
  links: Iterable<URL>,
  crawl: Crawl,
): Promise<void> {
  const known = crawl.records.get(entry.key);
  const reached = reachedAfter(entry, known, crawl);
  await crawl.outbox.add({
    record: { ...visitFields(entry, crawl, links), ...why, change: 'skipped', reached },
    ...(known?.document === undefined ? {} : { remove: known.document }),
  });
}

/**
 * There is no such page any more. Its record and its document are removed. For a page that never was learned, this is
 * an error that the site's owner wants to know: a broken link.
 */
export async function recordGone(entry: FrontierEntry, reason: string, crawl: Crawl): Promise<void> {
  const known = crawl.records.get(entry.key);
  crawl.coverage.leave(entry.url, reason);
  if (known?.document === undefined) {
    crawl.tally.failed += 1;
    crawl.tally.error(entry.url.href, reason);
  }
  const record: PageRecord = {
    ...visitFields(entry, crawl, []),
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

/** When a page should leave a mode but can not be read, the mode keeps it at most this long. */
const longestLeavingMs = 24 * 3600_000;

/**
 * The page can not be read now. What was learned from it stays, its known links are followed, and the next visit reads
 * it whole. A page that should leave a mode is visited again by the site's next job. After a day without success it is
 * removed from all modes, since it must not answer in a mode that does not lead to it. Where another mode leads to it,
 * it is learned again.
 */
export async function recordFailed(
  entry: FrontierEntry,
  reason: string,
  crawl: Crawl,
  mayHide = true,
): Promise<void> {
  const known = crawl.records.get(entry.key);
  crawl.tally.error(entry.url.href, reason);
  if (known && known.links.length > 0) followKnown({ ...known, depth: entry.depth }, crawl);
  else if (mayHide) crawl.tally.hidingFailures += 1;
  const now = crawl.clock.now();
  const leavingSince = known?.leavingSince ?? (crawl.leaving.has(entry.key) ? now : undefined);
  const visit = {
    ...visitFields(entry, crawl, []),
    links: known?.links ?? [],
    reached: reachedAfter(entry, known, crawl),
  };
  const failedVerification: Pick<PageRecord, 'verification'> =
    known && crawl.again?.verify
      ? { verification: { status: 'verification_failed', at: isoTime(now), error: cut(reason, 200) } }
      : {};
  const left = leavingSince !== undefined && now - leavingSince >= longestLeavingMs;
  const record = { ...failedRecord(visit, reason, left ? undefined : known), ...failedVerification };
  await crawl.outbox.add({
    record: leavingSince === undefined || left ? record : { ...record, leavingSince },
    ...(left && known?.document !== undefined ? { remove: known.document } : {}),
  });
}
