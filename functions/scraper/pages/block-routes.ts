import type { Hono } from 'hono';
import { CallerError } from '../../platform/errors.ts';
import { mount } from '../../platform/http/endpoint.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { cut } from '../../platform/portable/text-length.ts';
import type { AdminVariables } from '../../tenants/index.ts';
import { modesThatReach } from '../crawl/page-outcome.ts';
import { getPage, type PageRecord } from '../crawl/page-store.ts';
import type { LearningEffects } from '../effects.ts';
import { learningEndpoints } from '../endpoints.ts';
import { blockedAddress, blockPages, type LearningModes, namedKey, unblockPages } from './block-pages.ts';
import { listBlocked } from './blocked-page-store.ts';
import { keyOf, noSuchPage, siteOfKey } from './content-id.ts';

/** Serves the pages that the caller's modes never learn. */
export function mountBlocking(
  app: Hono<{ Variables: AdminVariables }>,
  effects: LearningEffects,
  modes: LearningModes,
): void {
  const endpoints = learningEndpoints;

  mount(app, endpoints.listBlockedPages, async ({ params: { mode_id: mode } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const blocked = await listBlocked(workspace, mode, effects);
    return {
      mode_id: mode,
      mode,
      blocked_pages: blocked.map(({ key, url, title, blockedAt }) => ({
        normalized_url: key,
        url,
        title,
        blocked_at: blockedAt,
      })),
      count: blocked.length,
    };
  });

  mount(app, endpoints.blockPage, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace, actor } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const address = body.normalized_url ?? body.url;
    if (body.content_id === undefined && address === undefined)
      throw new CallerError('bad_request', 'name the page: `content_id`, `url` or `normalized_url`');
    const page =
      body.content_id === undefined
        ? blockedAddress(address ?? '')
        : await learnedPage(workspace, mode, body.content_id, effects);
    if (!page) throw new CallerError('bad_request', `"${cut(address ?? '', 100)}" is no web address`);
    const record = await recordOf(workspace, page.key, effects);
    const known = record ? named(record) : page;
    const jobs = await blockPages(workspace, mode, [known], actor, modes, effects);
    return { status: 'blocked' as const, normalized_url: page.key, job_id: jobs[0] ?? null };
  });

  mount(app, endpoints.blockPages, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace, actor } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const records = [];
    for (const id of new Set(body.content_ids)) {
      const record = await recordOf(workspace, keyOf(id), effects);
      if (record) records.push(record);
    }
    if (records.length === 0) throw new CallerError('not_found', 'none of these pages is known');
    const pages = records.filter(record => isIn(mode, record)).map(named);
    if (pages.length === 0)
      throw new CallerError('bad_request', `the mode "${mode}" has none of these pages`);
    const jobs = await blockPages(workspace, mode, pages, actor, modes, effects);
    return { status: 'blocked' as const, count: pages.length, job_ids: jobs };
  });

  mount(app, endpoints.unblockPage, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace, actor } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const key = namedKey(body.normalized_url);
    if (key === undefined)
      throw new CallerError('bad_request', `"${cut(body.normalized_url, 100)}" is no web address`);
    await unblockPages(workspace, mode, [key], actor, modes, effects);
    return { status: 'unblocked' as const, normalized_url: key };
  });

  mount(app, endpoints.unblockPages, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace, actor } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const keys = body.normalized_urls.flatMap(text => namedKey(text) ?? []);
    const count = await unblockPages(workspace, mode, keys, actor, modes, effects);
    return { status: 'unblocked' as const, count };
  });
}

async function learnedPage(workspace: WorkspaceId, mode: ModeName, id: string, effects: LearningEffects) {
  const record = await recordOf(workspace, keyOf(id), effects);
  if (!record) throw noSuchPage(id);
  if (!isIn(mode, record)) throw new CallerError('bad_request', `the mode "${mode}" does not have that page`);
  return named(record);
}

const recordOf = (workspace: WorkspaceId, key: string, effects: LearningEffects) =>
  getPage(workspace, siteOfKey(key), key, effects);
const isIn = (mode: ModeName, { reached }: PageRecord): boolean => modesThatReach(reached).includes(mode);
const named = ({ key, url, title = '' }: PageRecord) => ({ key, url, title });
