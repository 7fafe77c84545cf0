import * as z from 'zod';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { KnowledgeTableEffects, SearchEffects } from '../effects.ts';

type StoreEffects = Pick<KnowledgeTableEffects, 'knowledge' | 'clock'>;

/** Longer than any site takes to be learned again. What was not learned again by then can not be. */
const longestRebuildMs = 24 * 3600_000;

const stateSchema = z.object({
  /** A new one each time that the index was lost: what is noted as indexed under an earlier one is not in the index. */
  generation: z.string(),
  /** Since when the index is being rebuilt, in epoch milliseconds; 0 when it is not. */
  rebuildingSince: z.number(),
});

/** What is known of the index of a workspace that has, or had, one. */
export interface IndexState {
  readonly generation: string;
  readonly rebuilding: boolean;
}

export const indexStateKey = (workspace: WorkspaceId) => ({ pk: `WS#${workspace}#INDEX`, sk: 'STATE' });

/** The generation before an index was ever lost. */
export const firstGeneration = '';

export function parseIndexState(item: unknown, now: number): IndexState {
  const { generation, rebuildingSince } = stateSchema.parse(item);
  return { generation, rebuilding: now - rebuildingSince < longestRebuildMs };
}

/** Undefined when nothing was ever indexed for the workspace. */
export async function readIndexState(
  workspace: WorkspaceId,
  { knowledge, clock }: Pick<SearchEffects, 'knowledge' | 'clock'>,
): Promise<IndexState | undefined> {
  const item = await knowledge.get(indexStateKey(workspace));
  return item && parseIndexState(item, clock.now());
}

/** From the first commit on an index that is missing is a loss. */
export async function noteIndex(workspace: WorkspaceId, { knowledge }: StoreEffects): Promise<void> {
  await knowledge.putIfAbsent({
    ...indexStateKey(workspace),
    generation: firstGeneration,
    rebuildingSince: 0,
  });
}

/** From now on no document counts as indexed. */
export async function noteIndexLost(
  workspace: WorkspaceId,
  generation: string,
  { knowledge, clock }: StoreEffects,
): Promise<void> {
  await knowledge.put({ ...indexStateKey(workspace), generation, rebuildingSince: clock.now() });
}

export async function noteIndexRebuilt(
  workspace: WorkspaceId,
  generation: string,
  { knowledge }: StoreEffects,
): Promise<void> {
  await knowledge.put({ ...indexStateKey(workspace), generation, rebuildingSince: 0 });
}
