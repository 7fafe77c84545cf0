import { findModeByName, frontMode, type Mode } from '../../assistant/index.ts';
import { CallerError } from '../../platform/errors.ts';
import { noteLogIds } from '../../platform/log-ids.ts';
import { getWorkspace, type Workspace } from '../../tenants/index.ts';
import type { ChatEffects } from '../effects.ts';
import { cut } from '../../platform/portable/text-length.ts';

/**
 * Refuses a form that another website's page sends: any website can do that with its readers' browsers, and would use
 * up the workspace's turns.
 */
export function refuseForeignPage(headers: Headers): void {
  if (headers.get('sec-fetch-site') !== 'cross-site') return;
  throw new CallerError('forbidden', 'Another website may not ask here; it can show the widget.');
}

/**
 * The mode of that public name and its workspace; without a name, the front page's. Throws `not_found`, and `forbidden`
 * when the workspace is not active.
 */
export async function findActiveMode(
  name: string,
  effects: ChatEffects,
): Promise<{ workspace: Workspace; mode: Mode }> {
  const asked = name.trim() || frontMode;
  const found = await findModeByName(asked, effects);
  const workspace = found && (await getWorkspace(found.workspace, effects));
  if (!workspace) throw new CallerError('not_found', `There is no assistant "${cut(asked, 64)}".`);
  noteLogIds({ workspace: workspace.id });
  if (workspace.status !== 'active') {
    throw new CallerError('forbidden', 'This assistant does not answer at present.');
  }
  return { workspace, mode: found.mode };
}
