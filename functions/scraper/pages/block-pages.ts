import { CallerError } from '../../platform/errors.ts';
import type { ModeName, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { cleanAddress, isTooLong, pageKey } from '../fetch/address.ts';
import { type BlockedPage, deleteBlocked, listBlocked, putBlocked } from './blocked-page-store.ts';
import { deletePages } from './delete-pages.ts';

/** As many as the settings of a mode can name. */
const mostBlocked = 1000;

/** What learning must know of modes, and tells them. Modes belong to the assistant. */
export interface LearningModes {
  /** Throws `not_found` when the workspace has no such mode, `bad_request` when the mode has no such tag. */
  mustExist(workspace: WorkspaceId, mode: ModeName, tag?: string): Promise<void>;
  /** Replaces the addresses that the mode never answers from: answers go by them from that moment. */
  setBlockedPages(
    workspace: WorkspaceId,
    mode: ModeName,
    urls: readonly string[],
    actor: string,
  ): Promise<void>;
  /** The same for the addresses of files. */
  setBlockedFiles(
    workspace: WorkspaceId,
    mode: ModeName,
    urls: readonly string[],
    actor: string,
  ): Promise<void>;
}

/**
 * Blocks the pages for the mode: it neither answers from them nor learns them, from now on. The jobs that take them out
 * of the index follow. Throws `bad_request` when the mode has blocked too many.
 */
export async function blockPages(
  workspace: WorkspaceId,
  mode: ModeName,
  pages: readonly Pick<BlockedPage, 'key' | 'url' | 'title'>[],
  actor: string,
  settings: Pick<LearningModes, 'setBlockedPages'>,
  effects: LearningEffects,
): Promise<ScrapeJobId[]> {
  const known = await listBlocked(workspace, mode, effects);
  const keys = new Set([...known, ...pages].map(({ key }) => key));
  if (keys.size > mostBlocked)
    throw new CallerError(
      'bad_request',
      `a mode blocks at most ${mostBlocked} pages: block their site instead`,
    );
  await putBlocked(workspace, mode, pages, actor, effects);
  await tellSettings(workspace, mode, actor, settings, effects);
  return deletePages(
    workspace,
    mode,
    pages.map(({ key }) => key),
    effects,
  );
}

/** The next crawl learns the pages again. Tells how many were blocked. */
export async function unblockPages(
  workspace: WorkspaceId,
  mode: ModeName,
  keys: readonly string[],
  actor: string,
  settings: Pick<LearningModes, 'setBlockedPages'>,
  effects: LearningEffects,
): Promise<number> {
  const count = await deleteBlocked(workspace, mode, [...new Set(keys)], effects);
  await tellSettings(workspace, mode, actor, settings, effects);
  return count;
}

/** Makes these the blocked pages of the mode: its settings were changed. */
export async function followSettings(
  workspace: WorkspaceId,
  mode: ModeName,
  urls: readonly string[],
  actor: string,
  effects: LearningEffects,
): Promise<void> {
  const wanted = new Map(urls.flatMap(text => blockedAddress(text) ?? []).map(page => [page.key, page]));
  const known = new Set((await listBlocked(workspace, mode, effects)).map(({ key }) => key));
  const added = [...wanted.values()].filter(({ key }) => !known.has(key));
  const removed = [...known].filter(key => !wanted.has(key));
  await putBlocked(workspace, mode, added, actor, effects);
  await deleteBlocked(workspace, mode, removed, effects);
  await deletePages(
    workspace,
    mode,
    added.map(({ key }) => key),
    effects,
  );
}

/** The page at an address that a person has written. Undefined when it is none. */
export function blockedAddress(text: string): Pick<BlockedPage, 'key' | 'url' | 'title'> | undefined {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '' || isTooLong(url.href)) return undefined;
  // With `https://` before it, a mail address reads as a user and a host.
  if (url.username !== '') return undefined;
  return { key: pageKey(url), url: cleanAddress(url).href, title: '' };
}

/** The key of the page that a person has named, by its key or its address. Undefined where it can be neither. */
export function namedKey(text: string): string | undefined {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  const key = url ? pageKey(url) : '';
  return key === '' || isTooLong(key) ? undefined : key;
}

async function tellSettings(
  workspace: WorkspaceId,
  mode: ModeName,
  actor: string,
  settings: Pick<LearningModes, 'setBlockedPages'>,
  effects: LearningEffects,
): Promise<void> {
  const all = await listBlocked(workspace, mode, effects);
  await settings.setBlockedPages(
    workspace,
    mode,
    all.map(({ url }) => url),
    actor,
  );
}
