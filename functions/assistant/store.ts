import { parseItem } from '../platform/aws/stored.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import { recentReads } from '../platform/recent-reads.ts';
import type { ModesEffects } from './effects.ts';
import { type Mode, mode as modeSchema } from './schema.ts';

const modeKey = (workspace: WorkspaceId, name: ModeName) => ({
  pk: `WS#${workspace}#MODES`,
  sk: `MODE#${name}`,
});

/**
 * For so many milliseconds a process uses what it has read of a mode for questions. A change made elsewhere takes that
 * long.
 */
const recent = recentReads<Mode>(5_000);

/** As `readMode`, but the result may be a few seconds old. */
export const recentMode = (
  workspace: WorkspaceId,
  name: ModeName,
  effects: ModesEffects,
): Promise<Mode | undefined> =>
  recent.get(effects.assistant, `${workspace} ${name}`, effects.clock, () =>
    readMode(workspace, name, effects),
  );

/** Undefined when the workspace has no such mode. */
export async function readMode(
  workspace: WorkspaceId,
  name: ModeName,
  effects: ModesEffects,
): Promise<Mode | undefined> {
  const remember = recent.reading(effects.assistant, `${workspace} ${name}`, effects.clock);
  const item = await effects.assistant.get(modeKey(workspace, name));
  if (!item) return undefined;
  const found = parseItem(modeSchema, item);
  remember(found);
  return found;
}

/** All modes of the workspace, by name. */
export async function readModes(workspace: WorkspaceId, effects: ModesEffects): Promise<Mode[]> {
  const items = await Array.fromAsync(effects.assistant.query(`WS#${workspace}#MODES`, { prefix: 'MODE#' }));
  return items.map(item => parseItem(modeSchema, item));
}

/** Changes these attributes and returns the mode. Undefined when there is none. */
export async function updateMode(
  workspace: WorkspaceId,
  name: ModeName,
  changes: Readonly<Record<string, unknown>>,
  effects: ModesEffects,
): Promise<Mode | undefined> {
  const item = await effects.assistant.update(modeKey(workspace, name), {
    set: changes,
    condition: 'attribute_exists(#created_at)',
  });
  recent.forget(effects.assistant, `${workspace} ${name}`);
  return item && parseItem(modeSchema, item);
}

export async function removeMode(
  workspace: WorkspaceId,
  name: ModeName,
  effects: ModesEffects,
): Promise<void> {
  await effects.assistant.delete(modeKey(workspace, name));
  recent.forget(effects.assistant, `${workspace} ${name}`);
}

/** False when the workspace has a mode of that name already; that one is not changed. */
export const addMode = (workspace: WorkspaceId, mode: Mode, effects: ModesEffects): Promise<boolean> =>
  effects.assistant.putIfAbsent({ ...modeKey(workspace, mode.name), ...mode });
