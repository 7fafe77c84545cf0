import type { WorkspaceId } from '../../platform/ids.ts';
import type { WriteEffects } from '../effects.ts';
import { noteIndexLost, noteIndexRebuilt, readIndexState } from '../index/state-store.ts';
import { hasLostDocuments } from './store.ts';

/** Between the two looks that prove a damage: what was only a moment's trouble is over then. */
const secondLookMs = 1_000;

/**
 * Looks whether the index of the workspace is there and can be read. One that is missing or damaged is begun anew: no
 * document counts as indexed any more, and the sites of the workspace are learned again. For the index writer alone,
 * which is one a workspace. Throws when the index can not be looked at, which is no proof of anything; nothing is
 * changed then. Done again after a death at any step, it finds what is left to do.
 */
export async function checkIndex(workspace: WorkspaceId, effects: WriteEffects): Promise<void> {
  const { index, clock, ids, log } = effects;
  if (!(await readIndexState(workspace, effects))) return;
  if ((await index.check(workspace)) === 'whole') return;
  await clock.sleep(secondLookMs);
  const condition = await index.check(workspace);
  if (condition === 'whole') return;
  log.error('index.lost', new Error(`the search index is ${condition}`), { workspace, condition });
  // In this order: who dies after any of these steps finds the index as it is now, and begins again.
  await noteIndexLost(workspace, ids.uuid(), effects);
  await effects.relearnQueue?.send({ kind: 'relearn', workspace });
  await index.beginAnew(workspace);
}

/** Ends the rebuilding when every document that was in the lost index is in the new one, or was removed. */
export async function endRebuilding(workspace: WorkspaceId, effects: WriteEffects): Promise<void> {
  const state = await readIndexState(workspace, effects);
  if (!state?.rebuilding || (await hasLostDocuments(workspace, state.generation, effects))) return;
  await noteIndexRebuilt(workspace, state.generation, effects);
  effects.log.info('index.rebuilt', { workspace });
}
