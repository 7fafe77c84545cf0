import type { Hono } from 'hono';
import type { AdminVariables } from '../access/admin-workspace.ts';
import { mount } from '../../platform/http/endpoint.ts';
import { requireOwner } from '../access/admin-workspace.ts';
import type { AccountsEffects } from '../effects.ts';
import type { Membership } from './store.ts';
import { changeRole, inviteMember, listMembers, removeMember } from './members.ts';
import { memberEndpoints } from './endpoints.ts';

/** Serves the workspace's members. The app must have found out who calls. */
export function mountMembers(app: Hono<{ Variables: AdminVariables }>, effects: AccountsEffects): void {
  mount(app, memberEndpoints.listMembers, async (_input, context) => {
    const members = await listMembers(context.get('principal').workspace, effects);
    return { members: members.map(onWire) };
  });
  mount(app, memberEndpoints.inviteMember, async ({ body }, context) => {
    const principal = context.get('principal');
    requireOwner(principal);
    const { workspace, actor: by } = principal;
    const invited = await inviteMember(workspace, body, effects);
    effects.log.info('member.invited', { workspace, member: invited.sub, role: invited.role, by });
    return onWire(invited);
  });
  mount(app, memberEndpoints.changeRole, async ({ params, body: { role } }, context) => {
    const principal = context.get('principal');
    requireOwner(principal);
    const { workspace, actor: by } = principal;
    const changed = await changeRole(workspace, params.user_id, role, effects);
    effects.log.info('member.role_changed', { workspace, member: changed.sub, role, by });
    return onWire(changed);
  });
  mount(app, memberEndpoints.removeMember, async ({ params }, context) => {
    const principal = context.get('principal');
    requireOwner(principal);
    const { workspace, actor: by } = principal;
    const removed = await removeMember(workspace, params.user_id, effects);
    effects.log.info('member.removed', { workspace, member: removed.sub, by });
    return onWire(removed);
  });
}

const onWire = ({ sub, email, role, createdAt }: Membership) => ({
  user_id: sub,
  email,
  role,
  created_at: createdAt,
});
