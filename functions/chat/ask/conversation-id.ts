import { CallerError } from '../../platform/errors.ts';
import type { ModeName, ThreadId, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import { mintVisitorToken, verifyVisitorToken } from '../../tenants/index.ts';
import type { ChatEffects } from '../effects.ts';

/** A conversation of the form. Only who has its id can read it or go on with it. */
export interface FormConversation {
  readonly workspace: WorkspaceId;
  readonly mode: ModeName;
  readonly visitor: VisitorId;
  readonly thread: ThreadId;
}

const form = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(.+)$/;

/**
 * Makes the id that a page keeps for its conversation: the thread and a signed token of its visitor. It is valid for 12
 * hours. Every answer comes with a new one.
 */
export async function conversationId(
  { workspace, mode, visitor, thread }: FormConversation,
  effects: ChatEffects,
): Promise<string> {
  const { token } = await mintVisitorToken(workspace, { mode, visitor }, effects);
  return `${thread}.${token}`;
}

/**
 * The conversation of the id. Undefined for an empty id, and for a valid one that is too old. Throws `not_found` for
 * any other text.
 */
export async function readConversationId(
  id: string,
  effects: ChatEffects,
): Promise<FormConversation | undefined> {
  if (id === '') return undefined;
  const [, thread, token] = form.exec(id) ?? [];
  const visitor = token === undefined ? 'forged' : await verifyVisitorToken(token, effects);
  if (visitor === 'expired') return undefined;
  if (visitor === 'forged' || thread === undefined) {
    throw new CallerError('not_found', 'there is no such conversation: begin a new one');
  }
  return { ...visitor, thread: thread as ThreadId };
}
