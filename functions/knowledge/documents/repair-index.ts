import type { WorkspaceId } from '../../platform/ids.ts';
import type { WriteEffects } from '../effects.ts';
import { noteIndexLost, noteIndexRebuilt, readIndexState } from '../index/state-store.ts';
import { hasLostDocuments } from './store.ts';

/** The time between the two checks that prove a damage. A short disturbance is over then. */
const secondLookMs = 1_000;

/**
 * Checks that the index of the workspace exists and can be read. A missing or damaged one is begun anew: no document
 * counts as indexed any more, and the sites of the workspace are learned again. Only the index writer calls this, and
 * each workspace has one at a time. Throws when the index can not be reached, which proves no damage; then nothing is
 * changed. After a crash at any step, calling it again does what is left.
 */
export async function checkIndex(workspace: WorkspaceId, effects: WriteEffects): Promise<void> {
  const { index, clock, ids, log } = effects;
  if (!(await readIndexState(workspace, effects))) return;
  if ((await index.check(workspace)) === 'whole') return;
  await clock.sleep(secondLookMs);
  const condition = await index.check(workspace);
  if (condition === 'whole') return;
  log.error('index.lost', new Error(`the search index is ${condition}`), { workspace, condition });
  // In this order: after a crash between any two of these steps the next check finds the same damage and begins again.
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
