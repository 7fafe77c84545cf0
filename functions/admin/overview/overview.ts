import { listModes, type Mode } from '../../assistant/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { listMembers, listSuperAdmins, listWorkspaceIds } from '../../tenants/index.ts';
import type { AdminEffects } from '../effects.ts';

interface Person {
  email: string | undefined;
  readonly modes: Map<string, Mode>;
}

/** Workspaces are read so many at a time. */
const atOnce = 10;

/**
 * Every person who may administer something, with the modes of the workspaces in which they may. A viewer administers
 * none.
 */
export async function overview(effects: AdminEffects) {
  const workspaces = await listWorkspaceIds(effects);
  const people = new Map<string, Person>();
  for (const { sub, email } of await listSuperAdmins(effects)) people.set(sub, { email, modes: new Map() });
  let total = 0;
  for (let from = 0; from < workspaces.length; from += atOnce) {
    const read = await Promise.all(workspaces.slice(from, from + atOnce).map(id => readAll(id, effects)));
    for (const { modes, members } of read) {
      total += modes.length;
      for (const { sub, email } of members) {
        const person = people.get(sub) ?? { email, modes: new Map<string, Mode>() };
        people.set(sub, { email: person.email ?? email, modes: person.modes });
        for (const mode of modes) person.modes.set(mode.name, mode);
      }
    }
  }
  const users = [...people].map(([sub, { email, modes }]) => ({
    user_id: sub,
    // A person whose name is not known is shown by the beginning of their id.
    username: email || `${sub.slice(0, 8)}…`,
    email: email || null,
    mode_count: modes.size,
    modes: [...modes.values()]
      .map(({ name, title, description }) => ({ _id: name, name, title, description }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  }));
  return {
    total_admins: users.length,
    total_modes: total,
    admin_users: users.toSorted(
      (a, b) => b.mode_count - a.mode_count || a.username.localeCompare(b.username),
    ),
  };
}

async function readAll(workspace: WorkspaceId, effects: AdminEffects) {
  const [modes, members] = await Promise.all([
    listModes(workspace, effects),
    listMembers(workspace, effects),
  ]);
  return { modes, members: members.filter(({ role }) => role !== 'viewer') };
}
