import type { Mode } from '../../assistant/index.ts';
import { CallerError } from '../../platform/errors.ts';
import type { ThreadId, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import { noteLogIds } from '../../platform/log-ids.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import type { Workspace } from '../../tenants/index.ts';
import { askerOf, type Call } from '../asker.ts';
import { cancel } from '../run/cancel.ts';
import { conversationId, readConversationId } from './conversation-id.ts';
import type { ChatEffects } from '../effects.ts';
import { siteUserOf } from '../site-user.ts';
import { findActiveMode, refuseForeignPage } from './form-caller.ts';
import { isTerminal, type Thread, type Turn } from '../run/turn.ts';
import { contentLength } from '../schema.ts';
import type { AskForm } from './schema.ts';
import { postMessage } from '../run/post-message.ts';
import { type FoundThread, findThread } from '../run/keep.ts';
import { uploadedFiles } from './upload.ts';
import { isLonger } from '../../platform/portable/text-length.ts';

/** A question that was asked: its turn, and the id with which the page continues the conversation. */
export interface Asked {
  readonly workspace: Workspace;
  readonly turn: Turn;
  readonly conversationId: string;
  readonly limit: LimitState;
}

/**
 * Asks the question of a form, in the conversation that the form names or in a new one. Throws a `CallerError` for an
 * empty or too long message, for an unknown mode, for a conversation that is not the caller's, and when a limit is
 * reached.
 */
export async function askByForm(form: AskForm, call: Call, effects: ChatEffects): Promise<Asked> {
  refuseForeignPage(call.req.raw.headers);
  const content = form.message.trim();
  if (content === '') throw new CallerError('bad_request', 'Please write a question first.');
  if (isLonger(content, contentLength)) {
    throw new CallerError('bad_request', `A question has at most ${contentLength} characters.`);
  }
  const { workspace, mode } = await findActiveMode(form.mode, effects);
  const { thread, newest } = await threadOf(form.conversation_id, workspace, mode, effects);
  const userToken = call.req.raw.headers.get('x-user-token') ?? form.user_token;
  const [asker, siteUser, files] = await Promise.all([
    askerOf(call, workspace.id, thread.visitor, effects),
    siteUserOf(userToken, mode.name, effects),
    uploadedFiles(workspace.id, mode, thread.visitor, form.uploaded_files, effects),
  ]);
  const tag = mode.tags.find(known => known === form.tag.trim());
  const { turn, limit } = await postMessage(
    workspace.id,
    thread,
    newest,
    { content, tag, files, asker: { ...asker, siteUser } },
    effects,
  );
  const conversation = {
    workspace: workspace.id,
    mode: mode.name,
    thread: thread.thread,
    visitor: thread.visitor,
  };
  return { workspace, turn, limit, conversationId: await conversationId(conversation, effects) };
}

/**
 * Cancels the run of the conversation, if there is one; the messages stay. Does nothing for an empty id, and for one
 * that is too old. `not_found` for a conversation that is not the caller's.
 */
export async function clearConversation(id: string, effects: ChatEffects): Promise<void> {
  const conversation = await readConversationId(id, effects);
  if (!conversation) return;
  noteLogIds({ workspace: conversation.workspace });
  const { newest } = await ownThread(conversation, effects);
  if (newest && !isTerminal(newest.status)) await cancel(conversation.workspace, newest, effects);
}

type VisitorThread = Thread & { readonly visitor: VisitorId };

/**
 * The conversation of the id, if it belongs to this workspace and mode. Else a new one, of the same visitor where the
 * workspace knows them.
 */
async function threadOf(
  id: string,
  { id: workspace }: Workspace,
  mode: Mode,
  effects: ChatEffects,
): Promise<{ thread: VisitorThread; newest: Turn | undefined }> {
  const conversation = await readConversationId(id, effects);
  if (conversation?.workspace === workspace && conversation.mode === mode.name) {
    const { thread, newest } = await ownThread(conversation, effects);
    return { thread: { ...thread, visitor: conversation.visitor }, newest };
  }
  const thread = {
    thread: effects.ids.uuid() as ThreadId,
    mode: mode.name,
    channel: 'ask',
    visitor: conversation?.workspace === workspace ? conversation.visitor : (effects.ids.uuid() as VisitorId),
  } as const;
  return { thread, newest: undefined };
}

async function ownThread(
  { workspace, thread, visitor }: { workspace: WorkspaceId; thread: ThreadId; visitor: VisitorId },
  effects: ChatEffects,
): Promise<FoundThread> {
  const found = await findThread(workspace, thread, effects);
  if (!found || found === 'over' || found.thread.visitor !== visitor) throw unknownConversation();
  return found;
}

const unknownConversation = () =>
  new CallerError('not_found', 'There is no such conversation: begin a new one.');
