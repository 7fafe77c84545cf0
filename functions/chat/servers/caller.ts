import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { authenticate, enterWorkspace, signedInMember, workspaceHeader } from '../../tenants/index.ts';
import type { ChatEffects } from '../effects.ts';

/** For which workspace these doors answer. */
export interface ServerCaller {
  readonly workspace: WorkspaceId;
  /** The `sub` of a person who asks by themselves, instead of a server. */
  readonly member?: string;
}

/** Where these servers may send their key, besides `Authorization`. */
const keyHeaders = ['X-API-Key', 'X-API-Token'];

/** A server, by its API key. Throws `unauthorized` without a good one, and `forbidden` for a visitor. */
export async function serverOf(
  headers: Headers,
  effects: ChatEffects,
  accepted = 'an API key',
): Promise<ServerCaller> {
  const principal = await authenticate(headers, effects, { keyHeaders, accepted });
  if (principal.kind === 'visitor')
    throw new CallerError('forbidden', `this needs ${accepted}, not a visitor token`);
  return { workspace: principal.workspace };
}

/**
 * A server, or a person who has signed in and is a member of the workspace, in whatever role: asking changes nothing
 * there. A member of several workspaces names one, as at the admin API. Throws `not_found` for a workspace of which the
 * person is no member.
 */
export async function serverOrMember(headers: Headers, effects: ChatEffects): Promise<ServerCaller> {
  const member = await signedInMember(headers, effects);
  if (!member) return serverOf(headers, effects, 'an API key or a sign-in');
  const named = headers.get(workspaceHeader) ?? undefined;
  const { workspace } = await enterWorkspace(member, named, effects);
  return { workspace, member: member.sub };
}
