import type * as z from 'zod';
import { CallerError } from '../../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { lookUpName } from '../directory.ts';
import type { TenantsEffects } from '../effects.ts';
import type { WidgetSettings, widgetChange } from './schema.ts';
import { clearKeyMode, clearWidgetMode, readWidget, readWidgetKeys, updateWidget } from './store.ts';

export function getWidget(workspace: WorkspaceId, effects: TenantsEffects): Promise<WidgetSettings> {
  return readWidget(workspace, effects);
}

/** Changes the settings that are given. `bad_request` when the workspace has no such mode. */
export async function changeWidget(
  workspace: WorkspaceId,
  { mode, ...change }: z.output<typeof widgetChange>,
  effects: TenantsEffects,
): Promise<WidgetSettings> {
  for (const named of [...(mode ? [mode] : []), ...(change.otherModes ?? [])])
    await requireOwnMode(workspace, named, effects);
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const set = { ...Object.fromEntries(given), ...(mode === undefined ? {} : { mode: mode ?? undefined }) };
  return updateWidget(workspace, set, effects);
}

/**
 * Call it before the mode is deleted. The widget and the keys that use it use the workspace's default mode from now on.
 */
export async function leaveMode(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: TenantsEffects,
): Promise<void> {
  await clearWidgetMode(workspace, mode, effects);
  for (const key of await readWidgetKeys(workspace, effects)) {
    if (key.mode === mode) await clearKeyMode(workspace, key.keyId, mode, effects);
  }
}

/** Throws `bad_request` unless the mode is this workspace's. A mode of another workspace counts as unknown. */
export async function requireOwnMode(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: TenantsEffects,
): Promise<void> {
  const entry = await lookUpName('mode', mode, effects);
  if (entry?.workspace !== workspace || entry.value !== mode) {
    throw new CallerError('bad_request', `mode: there is no mode "${mode}" in this workspace`);
  }
}
