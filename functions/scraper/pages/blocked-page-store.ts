import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { isoTime } from '../../platform/clock.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

const rowSchema = z.object({
  key: z.string(),
  url: z.string(),
  title: z.string(),
  blockedAt: z.string(),
  blockedBy: z.string(),
});

/** A page that a mode never learns and never answers from. `key`: see `pageKey`. */
export type BlockedPage = z.output<typeof rowSchema>;

const blockedIn = (workspace: WorkspaceId) => `WS#${workspace}#BLOCKED_PAGES`;
/** A key has at most 900 characters, so that it fits into a sort key together with the mode. */
const blockedKey = (workspace: WorkspaceId, mode: ModeName, key: string) => ({
  pk: blockedIn(workspace),
  sk: `${mode} ${key}`,
});

/** The newest first. */
export async function listBlocked(
  workspace: WorkspaceId,
  mode: ModeName,
  { scraper }: StoreEffects,
): Promise<BlockedPage[]> {
  const pages: BlockedPage[] = [];
  for await (const item of scraper.query(blockedIn(workspace), { prefix: `${mode} ` }))
    pages.push(parseItem(rowSchema, item));
  return pages.sort((one, other) => (one.blockedAt < other.blockedAt ? 1 : -1));
}

/** Blocking a page again changes nothing but who did it, and when. */
export async function putBlocked(
  workspace: WorkspaceId,
  mode: ModeName,
  pages: readonly Pick<BlockedPage, 'key' | 'url' | 'title'>[],
  actor: string,
  { scraper, clock }: StoreEffects,
): Promise<void> {
  const blockedAt = isoTime(clock.now());
  await scraper.putAll(
    pages.map(page => ({
      ...blockedKey(workspace, mode, page.key),
      ...page,
      blockedAt,
      blockedBy: actor,
    })),
  );
}

/** Tells how many of them were blocked. */
export async function deleteBlocked(
  workspace: WorkspaceId,
  mode: ModeName,
  keys: readonly string[],
  { scraper }: StoreEffects,
): Promise<number> {
  let count = 0;
  const known = { condition: 'attribute_exists(pk)' };
  for (const key of keys) if (await scraper.delete(blockedKey(workspace, mode, key), known)) count += 1;
  return count;
}
