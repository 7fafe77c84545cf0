import { isoTime } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { Ids, KeyId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import { claimName, releaseName } from '../directory.ts';
import type { TenantsEffects } from '../effects.ts';
import {
  deleteWidgetKey,
  putWidgetKey,
  readWidgetKey,
  readWidgetKeys,
  replaceWidgetKey,
  type WidgetKey,
} from './store.ts';

export const widgetKeyPrefix = 'pk_live_';
export const widgetKeyForm = /^pk_live_[0-9a-f]{64}$/;
/** The most keys of a workspace. One for each page that needs its own is enough. */
const mostKeys = 50;

const newKey = (ids: Ids): string =>
  `${widgetKeyPrefix}${Buffer.from(ids.secret(32), 'base64url').toString('hex')}`;

export function listWidgetKeys(workspace: WorkspaceId, effects: TenantsEffects): Promise<WidgetKey[]> {
  return readWidgetKeys(workspace, effects);
}

/**
 * Creates a public key for the workspace's widget. With a mode, that mode answers. `conflict` when there are too many
 * keys.
 */
export async function createWidgetKey(
  workspace: WorkspaceId,
  { name, mode }: { name: string; mode?: ModeName | undefined },
  effects: TenantsEffects,
): Promise<WidgetKey> {
  if ((await readWidgetKeys(workspace, effects)).length >= mostKeys) {
    throw new CallerError('conflict', `the workspace has ${mostKeys} widget keys: delete one first`);
  }
  const created: WidgetKey = {
    keyId: effects.ids.uuid() as KeyId,
    name,
    key: newKey(effects.ids),
    createdAt: isoTime(effects.clock.now()),
    ...(mode === undefined ? {} : { mode }),
  };
  await putWidgetKey(workspace, created, effects);
  await claimName('widget-key', created.key, workspace, created.keyId, effects);
  return created;
}

/**
 * Gives the widget key a new text. The old one is refused at once, everywhere. The directory learns the new one first:
 * after a crash in between the old key still works, and one entry leads to nothing. When two rotate at once, one gets
 * `conflict`. `not_found` when the workspace has no such key.
 */
export async function rotateWidgetKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  effects: TenantsEffects,
): Promise<WidgetKey> {
  const { key: seen } = await knownKey(workspace, keyId, effects);
  const key = newKey(effects.ids);
  await claimName('widget-key', key, workspace, keyId, effects);
  const rotatedAt = isoTime(effects.clock.now());
  const rotated = await replaceWidgetKey(workspace, keyId, { seen, key, rotatedAt }, effects);
  if (!rotated) {
    await releaseName('widget-key', key, workspace, effects);
    throw new CallerError('conflict', 'somebody else has just changed this widget key: look at it again');
  }
  await releaseName('widget-key', seen, workspace, effects);
  return rotated;
}

/** Ends the key at once. `not_found` when the workspace has no such key. */
export async function removeWidgetKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  effects: TenantsEffects,
): Promise<WidgetKey> {
  const known = await knownKey(workspace, keyId, effects);
  await deleteWidgetKey(workspace, keyId, effects);
  await releaseName('widget-key', known.key, workspace, effects);
  return known;
}

async function knownKey(workspace: WorkspaceId, keyId: KeyId, effects: TenantsEffects): Promise<WidgetKey> {
  const known = await readWidgetKey(workspace, keyId, effects);
  if (!known) throw new CallerError('not_found', `no widget key with the id ${keyId} in this workspace`);
  return known;
}
