import { hash } from 'node:crypto';
import { isoTime } from '../../platform/clock.ts';
import { cut } from '../../platform/portable/text-length.ts';
import { type ExtractedPage, type LearnedDocument, readRobotsTags } from '../../knowledge/index.ts';
import { documentIdOf, isInScope, pageKey } from '../fetch/address.ts';
import type { Fetched } from '../fetch/fetched.ts';
import { robotName } from '../fetch/user-agent.ts';
import { followable, followLinks, leaveNofollow, noteFiles } from './follow-links.ts';
import type { FrontierEntry } from './frontier.ts';
import type { Crawl } from './page-crawl.ts';
import {
  modesThatReach,
  reachedAfter,
  recordAlias,
  recordGone,
  recordSkipped,
  recordUnchanged,
  visitFields,
} from './page-outcome.ts';

import type { Reading } from './page-reader.ts';
import type { Verification } from './page-store.ts';
import { differenceOf, fingerprintOf } from './text-fingerprint.ts';

/** Learns the page, or records why not, and follows its links. */
export async function learn(
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
  const mayFollow = !page.nofollow && !header.nofollow;
  const links = mayFollow ? followable(page, crawl) : [];
  if (mayFollow) await noteFiles(page, fetched.url, crawl);
  else for (const { url } of page.links) leaveNofollow(url, crawl);
  const follow = () => followLinks(page, links, entry, crawl);
  if (page.noindex || header.noindex) {
    follow();
    return recordSkipped(entry, 'asks not to be indexed', crawl, links);
  }
  const lastDay = Math.min(page.unavailableAfter ?? Infinity, header.unavailableAfter ?? Infinity);
  if (lastDay <= crawl.clock.now()) {
    follow();
    return recordSkipped(entry, 'asks not to be indexed since a day that is over', crawl, links);
  }
  crawl.copies.read(entry.key, page);
  const original = canonicalOf(entry, page, content, crawl) ?? twinOf(entry, content, crawl);
  if (original !== undefined) {
    crawl.copies.add(entry, original.key, original.checked);
    // One page further in a list without an end shows the same page again: it must not lead on for ever.
    followLinks(page, links, entry, crawl, { pagingIsFree: false });
    return recordAlias(entry, original.key, links, crawl, { hash: content, unchecked: !original.checked });
  }
  follow();
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

export const contentHash = (page: ExtractedPage): string =>
  hash('sha256', page.title + JSON.stringify(page.blocks), 'base64url').slice(0, 22);

/** `checked`: the two are known to say the same. */
interface Original {
  readonly key: string;
  readonly checked: boolean;
}

/**
 * The page that this one names as its original. It is believed when that page says what this one says, and until it is
 * known what that page says.
 */
function canonicalOf(
  entry: FrontierEntry,
  page: ExtractedPage,
  content: string,
  crawl: Crawl,
): Original | undefined {
  const { canonical } = page;
  if (!canonical || crawl.copies.never.has(entry.key) || !isInScope(canonical, crawl.scope)) return undefined;
  const named = pageKey(canonical);
  // A template that names the home page as the original of every page is a mistake, and a common one.
  if (named === entry.key || canonical.pathname === '/') return undefined;
  crawl.frontier.add(canonical, entry.depth, 'link');
  if (!crawl.frontier.has(named)) return undefined;
  const key = crawl.copies.originalOf(named);
  if (key === undefined || key === entry.key) return undefined;
  const within = crawl.copies.isWithin(entry.key, key);
  if (within !== undefined) return within ? { key, checked: true } : undefined;
  const known = crawl.records.get(entry.key);
  const target = crawl.records.get(key);
  // Compared in an earlier job, and neither has changed since.
  const isOld = known?.aliasOf === key && known.unchecked !== true && known.hash === content;
  // A page that is learned for itself stays so until the two can be compared: it shall not vanish meanwhile.
  if (target?.job !== crawl.job) return known?.outcome === 'learned' ? undefined : { key, checked: false };
  return isOld && target.change === 'unchanged' ? { key, checked: true } : undefined;
}

/** A page with exactly the same content, of this job or of the one before. */
function twinOf(
  entry: FrontierEntry,
  hash: string,
  { copies, records, frontier }: Crawl,
): Original | undefined {
  if (copies.never.has(entry.key)) return undefined;
  const known = records.get(entry.key);
  const old = known?.aliasOf === undefined ? undefined : records.get(known.aliasOf);
  if (old?.outcome === 'learned' && old.hash === hash && frontier.has(old.key))
    return { key: old.key, checked: true };
  const twin = copies.byHash.get(hash);
  if (twin !== undefined && twin !== entry.key) return { key: twin, checked: true };
  copies.byHash.set(hash, entry.key);
  return undefined;
}
