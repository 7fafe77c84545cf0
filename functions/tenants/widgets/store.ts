import * as z from 'zod';
import type { KeyId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import { parseItem, storedId } from '../../platform/aws/stored.ts';
import type { Item } from '../../platform/aws/table.ts';
import type { TenantsEffects } from '../effects.ts';
import { type WidgetSettings, widgetSettings } from './schema.ts';

const storedWidgetKey = z.object({
  name: z.string(),
  key: z.string(),
  /** The mode that answers instead of the widget's own. */
  mode: storedId<ModeName>().exactOptional(),
  createdAt: z.string(),
  rotatedAt: z.string().exactOptional(),
});

/** A public key. It is in the source of every page that shows the widget. */
export type WidgetKey = Readonly<z.output<typeof storedWidgetKey>> & { readonly keyId: KeyId };

const widgetOf = (workspace: WorkspaceId) => `WS#${workspace}#WIDGET`;
const settingsKey = (workspace: WorkspaceId) => ({ pk: widgetOf(workspace), sk: 'SETTINGS' });
const keyKey = (workspace: WorkspaceId, keyId: KeyId) => ({ pk: widgetOf(workspace), sk: `KEY#${keyId}` });

const settingsOf = (workspace: WorkspaceId, item: Item | undefined): WidgetSettings =>
  parseItem(widgetSettings, item ?? settingsKey(workspace));

/** The widget's settings. Those that the workspace has not set have their defaults. */
export async function readWidget(workspace: WorkspaceId, effects: TenantsEffects): Promise<WidgetSettings> {
  return settingsOf(workspace, await effects.tenants.get(settingsKey(workspace)));
}

/** Returns the settings after the change. `undefined` puts a setting back to its default. */
export async function updateWidget(
  workspace: WorkspaceId,
  change: Readonly<Record<string, unknown>>,
  effects: TenantsEffects,
): Promise<WidgetSettings> {
  return settingsOf(workspace, await effects.tenants.update(settingsKey(workspace), { set: change }));
}

/** If the widget uses that mode, it uses the workspace's default mode from now on. */
export async function clearWidgetMode(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.update(settingsKey(workspace), {
    set: { mode: undefined },
    condition: '#mode = :mode',
    values: { mode },
  });
}

export async function putWidgetKey(
  workspace: WorkspaceId,
  { keyId, ...value }: WidgetKey,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.put({ ...keyKey(workspace, keyId), ...value });
}

export async function readWidgetKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  effects: TenantsEffects,
): Promise<WidgetKey | undefined> {
  const item = await effects.tenants.get(keyKey(workspace, keyId));
  return item && widgetKeyOf(item);
}

export async function readWidgetKeys(workspace: WorkspaceId, effects: TenantsEffects): Promise<WidgetKey[]> {
  const keys: WidgetKey[] = [];
  for await (const item of effects.tenants.query(widgetOf(workspace), { prefix: 'KEY#' })) {
    keys.push(widgetKeyOf(item));
  }
  return keys;
}

/** Replaces the key `seen` by a new one. Undefined when `seen` is not the key, or no longer. */
export async function replaceWidgetKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  { seen, key, rotatedAt }: { seen: string; key: string; rotatedAt: string },
  effects: TenantsEffects,
): Promise<WidgetKey | undefined> {
  const item = await effects.tenants.update(keyKey(workspace, keyId), {
    set: { key, rotatedAt },
    condition: '#key = :seen',
    values: { seen },
  });
  return item && widgetKeyOf(item);
}

/** If the key uses that mode, it uses the widget's own mode from now on. */
export async function clearKeyMode(
  workspace: WorkspaceId,
  keyId: KeyId,
  mode: ModeName,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.update(keyKey(workspace, keyId), {
    set: { mode: undefined },
    condition: '#mode = :mode',
    values: { mode },
  });
}

export async function deleteWidgetKey(
  workspace: WorkspaceId,
  keyId: KeyId,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.delete(keyKey(workspace, keyId));
}

const widgetKeyOf = (item: Item): WidgetKey => ({
  keyId: item.sk.slice('KEY#'.length) as KeyId,
  ...parseItem(storedWidgetKey, item),
});
