import { forgetMode } from '../knowledge/index.ts';
import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import type { ModeLearning } from '../scraper/index.ts';
import { claimName, getWorkspace, leaveMode, releaseName } from '../tenants/index.ts';
import type { ModesAdminEffects } from './effects.ts';
import { ensureMode, frontMode, unknownMode } from './modes.ts';
import type { Mode, ModeChange, NewMode } from './schema.ts';
import { hostRulesOf } from './usable-sites.ts';
import { readMode, removeMode, updateMode } from './store.ts';

/**
 * Creates the mode. Throws `conflict` when any workspace has a mode of that name. `actor` is recorded as who did it.
 */
export async function createMode(
  workspace: WorkspaceId,
  { prioritize_files: files, scrape_sites: sites, scrape_frequency: frequency, ...draft }: NewMode,
  actor: string,
  learning: Pick<ModeLearning, 'change' | 'followHosts'>,
  effects: ModesAdminEffects,
): Promise<Mode> {
  const priority = draft.priority_source ?? (files === true ? 'files' : undefined);
  const { mode, created } = await ensureMode(
    workspace,
    { ...draft, priority_source: priority },
    effects,
    actor,
  );
  if (!created) throw new CallerError('conflict', `there is a mode "${mode.name}" already: change that one`);
  await learning.followHosts(workspace, mode.name, hostRulesOf(mode));
  await learning.change(workspace, mode.name, { scrape_sites: sites, scrape_frequency: frequency });
  return mode;
}

/** Changes the given attributes only. Throws `not_found` when the workspace has no such mode. */
export async function changeMode(
  workspace: WorkspaceId,
  name: ModeName,
  { prioritize_files: files, scrape_sites: sites, scrape_frequency: frequency, ...given }: ModeChange,
  actor: string,
  learning: Pick<
    ModeLearning,
    'change' | 'followBlocked' | 'followBlockedFiles' | 'followHosts' | 'forgetPlan'
  >,
  effects: ModesAdminEffects,
): Promise<Mode> {
  const { temperature, ...rest } = given;
  const changes: Record<string, unknown> = {
    ...(files === undefined ? {} : { priority_source: files ? 'files' : 'sites' }),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    // An attribute that is set to `undefined` is removed.
    ...(temperature === undefined ? {} : { temperature: temperature ?? undefined }),
    updated_at: isoTime(effects.clock.now()),
    updated_by: actor,
  };
  const mode = await updateMode(workspace, name, changes, effects);
  if (!mode) throw unknownMode(name);
  if (given.blocked_page_urls) await learning.followBlocked(workspace, name, given.blocked_page_urls, actor);
  if (given.preferred_sites || given.blocked_sites || given.allow_other_sites !== undefined)
    await learning.followHosts(workspace, name, hostRulesOf(mode));
  if (given.blocked_file_urls) await learning.followBlockedFiles(workspace, name, given.blocked_file_urls);
  if (sites !== undefined || frequency !== undefined) {
    await learning.change(workspace, name, { scrape_sites: sites, scrape_frequency: frequency });
    // Deleted meanwhile: no plan may be left behind, which would learn for it on and on.
    if (!(await readMode(workspace, name, effects))) {
      await learning.forgetPlan(workspace, name);
      throw unknownMode(name);
    }
  }
  return mode;
}

/**
 * Deletes the mode with the documents that only it has, and frees its name, unless it is the front page's. The record
 * is deleted last, so that repeating a call that was cut short completes it. Throws `not_found` for an unknown mode,
 * `conflict` for the default mode of the workspace.
 */
export async function deleteMode(
  workspace: WorkspaceId,
  name: ModeName,
  learning: Pick<ModeLearning, 'stop' | 'forgetPlan'>,
  effects: ModesAdminEffects,
): Promise<void> {
  const [mode, owner] = await Promise.all([
    readMode(workspace, name, effects),
    getWorkspace(workspace, effects),
  ]);
  if (!mode) throw unknownMode(name);
  if (owner?.defaultMode === name) {
    throw new CallerError(
      'conflict',
      `"${name}" is the default mode of the workspace: make another one the default first`,
    );
  }
  // First no new documents, then removing those that are there.
  await learning.stop(workspace, name);
  await forgetMode(workspace, name, effects);
  await leaveMode(workspace, name, effects);
  // The name of the front page stays with its workspace, without a mode: no other workspace may answer there.
  if (name === frontMode) await claimName('mode', name, workspace, '', effects);
  else await releaseName('mode', name, workspace, effects);
  await removeMode(workspace, name, effects);
  // A change that came at the same time may have written it again.
  await learning.forgetPlan(workspace, name);
}
