import type { WorkspaceId } from '../../platform/ids.ts';
import { recentReads } from '../../platform/recent-reads.ts';
import { seldomRequest } from '../seldom-request.ts';
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

/**
 * A look reads a column of the whole index, and anybody may ask for the health. So one look serves this process for
 * half a minute. Of a lost index nothing is remembered: its state says within seconds that it is being rebuilt.
 */
const foundWhole = recentReads<'whole'>(30_000);
const reportSeldom = seldomRequest(30_000, 'index.not_reported');

/**
 * Whether the knowledge of the workspace can be searched, or is being rebuilt after its index was lost. A loss that is
 * noticed here first is reported to the index writer. A loss since the last look of this process may be noticed half a
 * minute late. Throws when the index can not be reached.
 */
export async function knowledgeCondition(
  workspace: WorkspaceId,
  effects: ReaderEffects,
): Promise<'whole' | 'rebuilding'> {
  const look = () => lookAtIndex(workspace, effects);
  return (await foundWhole.get(effects.index, workspace, effects.clock, look)) ?? 'rebuilding';
}

async function lookAtIndex(workspace: WorkspaceId, effects: ReaderEffects): Promise<'whole' | undefined> {
  const state = await readIndexState(workspace, effects);
  if (!state) return 'whole';
  if (state.rebuilding) return undefined;
  if ((await effects.index.check(workspace)) === 'whole') return 'whole';
  await reportLoss(workspace, effects);
  return undefined;
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
    foundWhole.forget(effects.index, workspace);
    await reportLoss(workspace, effects);
    return nothing;
  }
}

/** Has the index writer look, and begin a lost index anew. Never throws. */
export const reportLoss = (workspace: WorkspaceId, effects: ReportEffects): Promise<void> =>
  reportSeldom(effects.index, workspace, () => requestIndexCheck(workspace, effects), effects);
