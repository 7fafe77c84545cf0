import type { WorkspaceId } from '../../platform/ids.ts';
import type { IndexQueueEffects, SearchEffects } from '../effects.ts';
import { IndexDamaged } from './damage.ts';
import { readIndexState } from './state-store.ts';

type ReportEffects = Pick<SearchEffects, 'index'> & IndexQueueEffects;
type ReaderEffects = ReportEffects & Pick<SearchEffects, 'knowledge'>;

/**
 * Asks the index writer to check the index soon, and to begin it anew if it is lost. `marker` is reached after the
 * check.
 */
export async function requestIndexCheck(
  workspace: WorkspaceId,
  { indexQueue, ids }: Pick<IndexQueueEffects, 'indexQueue' | 'ids'>,
  marker?: string,
): Promise<void> {
  await indexQueue.send(
    { kind: 'check', workspace, ...(marker === undefined ? {} : { marker }) },
    { group: workspace, deduplication: ids.uuid() },
  );
}

/** One process asks for a check of a workspace no more often than this. */
const askAgainMs = 30_000;
const askedAt = new WeakMap<object, Map<WorkspaceId, number>>();

/**
 * Whether the knowledge of the workspace can be searched, or is being rebuilt after its index was lost. A loss that is
 * noticed here first is reported to the index writer. Throws when the index can not be reached.
 */
export async function knowledgeCondition(
  workspace: WorkspaceId,
  effects: ReaderEffects,
): Promise<'whole' | 'rebuilding'> {
  const state = await readIndexState(workspace, effects);
  if (!state) return 'whole';
  if (state.rebuilding) return 'rebuilding';
  if ((await effects.index.check(workspace)) === 'whole') return 'whole';
  await reportLoss(workspace, effects);
  return 'rebuilding';
}

/** The result of `search`. When the index is damaged, returns `nothing` and tells the index writer. */
export async function unlessDamaged<T>(
  workspace: WorkspaceId,
  search: Promise<T>,
  nothing: T,
  effects: ReportEffects,
): Promise<T> {
  try {
    return await search;
  } catch (error) {
    if (!(error instanceof IndexDamaged)) throw error;
    effects.log.error('index.damaged', error, { workspace });
    await reportLoss(workspace, effects);
    return nothing;
  }
}

async function reportLoss(workspace: WorkspaceId, effects: ReportEffects): Promise<void> {
  const asked = askedAt.get(effects.index) ?? new Map<WorkspaceId, number>();
  askedAt.set(effects.index, asked);
  const now = effects.clock.now();
  if (now - (asked.get(workspace) ?? 0) < askAgainMs) return;
  asked.set(workspace, now);
  await requestIndexCheck(workspace, effects);
}
