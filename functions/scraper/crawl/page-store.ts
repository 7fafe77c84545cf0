import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { DocumentId, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import type { TextFingerprint } from './text-fingerprint.ts';

/**
 * What the last visit of an address found. The records of a job are its checkpoint: together with their links they tell
 * a worker that continues the job what is done and what is left.
 */
export interface PageRecord {
  /** See `pageKey`. */
  readonly key: string;
  /** The address after redirects. */
  readonly url: string;
  readonly outcome: 'learned' | 'alias' | 'skipped' | 'failed';
  /** The job that visited it last. `change` tells what that visit changed. */
  readonly job: ScrapeJobId;
  readonly change: 'added' | 'updated' | 'unchanged' | 'skipped' | 'failed';
  /** By the seed (mode and asked address) for which the page is learned: the last job that reached the page. */
  readonly reached: Readonly<Record<string, string>>;
  /** How many links lead from the start to it. */
  readonly depth: number;
  /** Absolute addresses in scope that the page links to. They are followed when the page has not changed. */
  readonly links: readonly string[];
  readonly title?: string;
  /** How many words it has. */
  readonly words?: number;
  /** When its content was last read or found unchanged: ISO 8601. */
  readonly learnedAt?: string;
  readonly fingerprint?: TextFingerprint;
  readonly verification?: Verification;
  readonly document?: DocumentId;
  readonly chunks?: number;
  /** The hash of the extracted content. */
  readonly hash?: string;
  /** Learned from what a browser shows. */
  readonly rendered?: boolean;
  readonly etag?: string;
  readonly lastModified?: string;
  /** The key of the page that holds the same content. */
  readonly aliasOf?: string;
  /** Set when the two were not compared yet. */
  readonly unchecked?: boolean;
  /**
   * Epoch milliseconds. Set when the page should leave a mode that `reached` no longer names, and could not be read for
   * that: since then the knowledge wrongly has it for that mode.
   */
  readonly leavingSince?: number;
  /** Why it was skipped or failed. */
  readonly reason?: string;
}

export const verificationStatus = z.enum([
  'pending_verification',
  'verified_unchanged',
  'verified_updated',
  'verification_failed',
]);

const verificationSchema = z.object({
  status: verificationStatus,
  /** ISO 8601. Absent while it is pending. */
  at: z.string().optional(),
  /** The share of the text that was another, 0 to 1. */
  difference: z.number().optional(),
  error: z.string().optional(),
});

/** Whether the page was visited once more, with a browser, after it was learned, and what came of it. */
export type Verification = z.output<typeof verificationSchema>;

/** The record of a failed visit. What was known of the page stays, but the next visit reads it whole. */
export function failedRecord(
  visit: Pick<PageRecord, 'key' | 'url' | 'job' | 'depth' | 'links' | 'reached'>,
  reason: string,
  known: PageRecord | undefined,
): PageRecord {
  if (!known) return { ...visit, outcome: 'failed', change: 'failed', reason };
  const { etag: _, lastModified: __, ...stays } = known;
  const { job, depth, reached } = visit;
  return { ...stays, job, depth, reached, change: 'failed', reason };
}

const rowSchema = z.object({
  key: z.string(),
  url: z.string(),
  outcome: z.enum(['learned', 'alias', 'skipped', 'failed']),
  job: z.string().transform(id => id as ScrapeJobId),
  change: z.enum(['added', 'updated', 'unchanged', 'skipped', 'failed']),
  reached: z.record(z.string(), z.string()),
  depth: z.int(),
  links: z.instanceof(Uint8Array).optional(),
  fingerprint: z.instanceof(Uint8Array).optional(),
  verification: verificationSchema.optional(),
  title: z.string().optional(),
  words: z.int().optional(),
  learnedAt: z.string().optional(),
  document: z
    .string()
    .transform(id => id as DocumentId)
    .optional(),
  chunks: z.int().optional(),
  hash: z.string().optional(),
  rendered: z.boolean().optional(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  aliasOf: z.string().optional(),
  unchecked: z.boolean().optional(),
  leavingSince: z.number().optional(),
  reason: z.string().optional(),
});

type StoreEffects = Pick<LearningEffects, 'scraper'>;

const pagesOf = (workspace: WorkspaceId, site: string) => `WS#${workspace}#SITE#${site}`;
/** A sort key has at most 1 KB. `isTooLong` keeps longer addresses out. */
const pageSk = (key: string) => `PAGE#${key}`;

/** The page records of a site by key, as they were written. See also `knownPages`. */
export async function loadPages(
  workspace: WorkspaceId,
  site: string,
  effects: StoreEffects,
): Promise<Map<string, PageRecord>> {
  const pages = new Map<string, PageRecord>();
  for await (const item of effects.scraper.query(pagesOf(workspace, site), { prefix: 'PAGE#' })) {
    const page = pageOf(item);
    pages.set(page.key, page);
  }
  return pages;
}

/** Those of the pages that are known, in no order. */
export async function getPages(
  workspace: WorkspaceId,
  site: string,
  keys: readonly string[],
  { scraper }: StoreEffects,
): Promise<PageRecord[]> {
  const pk = pagesOf(workspace, site);
  return (await scraper.getAll(keys.map(key => ({ pk, sk: pageSk(key) })))).map(pageOf);
}

export async function getPage(
  workspace: WorkspaceId,
  site: string,
  key: string,
  { scraper }: StoreEffects,
): Promise<PageRecord | undefined> {
  const item = await scraper.get({ pk: pagesOf(workspace, site), sk: pageSk(key) });
  return item && pageOf(item);
}

function pageOf(item: Item): PageRecord {
  const { links, ...row } = parseItem(rowSchema, item);
  const known = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
  return { ...(known as typeof row), links: unpack(links) } as PageRecord;
}

export async function putPages(
  workspace: WorkspaceId,
  site: string,
  pages: readonly PageRecord[],
  effects: StoreEffects,
): Promise<void> {
  await effects.scraper.putAll(
    pages.map(({ links, ...page }) => ({
      pk: pagesOf(workspace, site),
      sk: pageSk(page.key),
      ...page,
      ...(links.length === 0 ? {} : { links: pack(links) }),
    })),
  );
}

export async function forgetPages(
  workspace: WorkspaceId,
  site: string,
  keys: readonly string[],
  effects: StoreEffects,
): Promise<void> {
  for (const key of keys) await effects.scraper.delete({ pk: pagesOf(workspace, site), sk: pageSk(key) });
}

/** Packed, since every page has the links of the menu: a hundred links take about 500 bytes. */
const pack = (links: readonly string[]): Uint8Array => deflateRawSync(links.join('\n'), { level: 3 });
const unpack = (packed: Uint8Array | undefined): string[] =>
  packed === undefined ? [] : inflateRawSync(packed).toString('utf8').split('\n');
