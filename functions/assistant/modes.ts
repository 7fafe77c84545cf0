import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import { claimName, lookUpName } from '../tenants/index.ts';
import type { ModesEffects } from './effects.ts';
import { type Mode, type ModeDraft, modeDraft, type VisibleMode, visibleMode } from './schema.ts';
import { addMode, readMode, readModes, recentMode } from './store.ts';

/** The mode of a deployment's front page. */
export const frontMode = 'default';

/**
 * Creates the mode unless the workspace has it, with its name alone or with the given settings. An existing mode is not
 * changed. The name is claimed in the directory first, so repeating the call completes one that was cut short. Throws
 * `bad_request` for an invalid name, `conflict` when another workspace has it.
 */
export async function ensureMode(
  workspace: WorkspaceId,
  draft: string | ModeDraft,
  effects: ModesEffects,
  actor?: string,
): Promise<{ mode: Mode; created: boolean }> {
  const parsed = modeDraft.safeParse(typeof draft === 'string' ? { name: draft } : draft);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CallerError(
      'bad_request',
      `mode ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
    );
  }
  const { name } = parsed.data;
  const existing = await readMode(workspace, name, effects);
  if (existing) return { mode: existing, created: false };
  if ((await claimName('mode', name, workspace, name, effects)) === 'taken')
    throw new CallerError('conflict', `the mode name "${name}" is taken; choose another`);
  const now = isoTime(effects.clock.now());
  const mode = {
    ...parsed.data,
    created_at: now,
    ...(actor === undefined ? {} : { updated_at: now, updated_by: actor }),
  };
  const created = await addMode(workspace, mode, effects);
  return { mode: created ? mode : ((await readMode(workspace, name, effects)) ?? mode), created };
}

/** Undefined when the workspace has no such mode. */
export const getMode = (
  workspace: WorkspaceId,
  name: ModeName,
  effects: ModesEffects,
): Promise<Mode | undefined> => readMode(workspace, name, effects);

/** How many messages before a question the mode reads in full; none when the workspace has no such mode. */
export const historyMessagesOf = async (
  workspace: WorkspaceId,
  name: ModeName,
  effects: ModesEffects,
): Promise<number> => (await recentMode(workspace, name, effects))?.history_messages ?? 0;

export const unknownMode = (name: ModeName): CallerError =>
  new CallerError('not_found', `there is no mode "${name}"`);

/** The workspace's modes, by name. */
export const listModes = (workspace: WorkspaceId, effects: ModesEffects): Promise<Mode[]> =>
  readModes(workspace, effects);

/** The mode of that public name, in any workspace. Undefined when there is none. */
export async function findModeByName(
  name: string,
  effects: ModesEffects,
): Promise<{ workspace: WorkspaceId; mode: Mode } | undefined> {
  const parsed = modeDraft.shape.name.safeParse(name);
  if (!parsed.success) return undefined;
  const entry = await lookUpName('mode', parsed.data, effects);
  const mode = entry && (await readMode(entry.workspace, parsed.data, effects));
  return mode && { workspace: entry.workspace, mode };
}

/** What a visitor may see of the mode. No mode answers from uploaded files, or reads construction documents, yet. */
export const visiblePartOf = (mode: Mode): VisibleMode =>
  visibleMode.parse({
    ...mode,
    has_files: false,
    doc_intelligence_enabled: false,
    doc_intelligence_settings: { enabled: false, auto_ingest: false, storage_prefix: 'doc_intel' },
  });
