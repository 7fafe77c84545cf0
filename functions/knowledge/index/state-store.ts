import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { KnowledgeTableEffects, SearchEffects } from '../effects.ts';

type StoreEffects = Pick<KnowledgeTableEffects, 'knowledge' | 'clock'>;

/** Longer than any site takes to be learned again. After that, the missing documents can not be learned any more. */
const longestRebuildMs = 24 * 3600_000;

const stateSchema = z.object({
  /**
   * Changes each time the index is lost. A document that was indexed under an earlier generation is not in the index.
   */
  generation: z.string(),
  /** Since when the index is being rebuilt, in epoch milliseconds; 0 when it is not. */
  rebuildingSince: z.number(),
});

/** What is known of a workspace's index. */
export interface IndexState {
  readonly generation: string;
  readonly rebuilding: boolean;
}

export const indexStateKey = (workspace: WorkspaceId) => ({ pk: `WS#${workspace}#INDEX`, sk: 'STATE' });

/** The generation of an index that was never lost. */
export const firstGeneration = '';

export function parseIndexState(item: Item, now: number): IndexState {
  const { generation, rebuildingSince } = parseItem(stateSchema, item);
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

/** Records that the workspace has an index. From now on a missing index is a loss. */
export async function noteIndex(workspace: WorkspaceId, { knowledge }: StoreEffects): Promise<void> {
  await knowledge.putIfAbsent({
    ...indexStateKey(workspace),
    generation: firstGeneration,
    rebuildingSince: 0,
  });
}

/** Begins a new generation: no document counts as indexed any more. */
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
