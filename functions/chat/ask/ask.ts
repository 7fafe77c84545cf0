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
import { placeOf, refuseForeignPage } from './form-caller.ts';
import { isTerminal, type Thread, type Turn } from '../run/turn.ts';
import { contentLength } from '../schema.ts';
import type { Question } from './schema.ts';
import { postMessage } from '../run/post-message.ts';
import { type FoundThread, findThread } from '../run/keep.ts';
import { uploadedFiles } from './upload.ts';
import { isLonger } from '../../platform/portable/text-length.ts';

/** A question that is on its way: its turn, and what the page keeps to go on with. */
export interface Asked {
  readonly workspace: Workspace;
  readonly turn: Turn;
  readonly conversationId: string;
  readonly limit: LimitState;
}

/**
 * Asks the question of a form, in the conversation that it names or in a new one. Throws a `CallerError`: for an empty
 * or too long message, for a mode that nobody has, for a conversation that is not the caller's, at a limit.
 */
export async function askByForm(question: Question, call: Call, effects: ChatEffects): Promise<Asked> {
  refuseForeignPage(call.req.raw.headers);
  const content = question.message.trim();
  if (content === '') throw new CallerError('bad_request', 'Please write a question first.');
  if (isLonger(content, contentLength)) {
    throw new CallerError('bad_request', `A question has at most ${contentLength} characters.`);
  }
  const { workspace, mode } = await placeOf(question.mode, effects);
  const { thread, newest } = await threadOf(question.conversation_id, workspace, mode, effects);
  const userToken = call.req.raw.headers.get('x-user-token') ?? question.user_token;
  const [asker, siteUser, files] = await Promise.all([
    askerOf(call, workspace.id, thread.visitor, effects),
    siteUserOf(userToken, mode.name, effects),
    uploadedFiles(workspace.id, mode, thread.visitor, question.uploaded_files, effects),
  ]);
  const tag = mode.tags.find(known => known === question.tag.trim());
  const { turn, limit } = await postMessage(
    workspace.id,
    thread,
    newest,
    { content, tag, files, asker: { ...asker, siteUser } },
    effects,
  );
  const held = { workspace: workspace.id, mode: mode.name, thread: thread.thread, visitor: thread.visitor };
  return { workspace, turn, limit, conversationId: await conversationId(held, effects) };
}

/**
 * Ends what is under way in the conversation; its messages stay. Nothing to do for an empty id, and for one that is too
 * old to go on with. `not_found` for a conversation that is not the caller's.
 */
export async function clearConversation(id: string, effects: ChatEffects): Promise<void> {
  const held = id === '' ? 'expired' : await readConversationId(id, effects);
  if (held === 'expired') return;
  noteLogIds({ workspace: held.workspace });
  const { newest } = await ownThread(held, effects);
  if (newest && !isTerminal(newest.status)) await cancel(held.workspace, newest, effects);
}

type VisitorThread = Thread & { readonly visitor: VisitorId };

/**
 * The conversation of the id, where it is the caller's and of this mode; a new one for none and for one that is too
 * old.
 */
async function threadOf(
  id: string,
  { id: workspace }: Workspace,
  mode: Mode,
  effects: ChatEffects,
): Promise<{ thread: VisitorThread; newest: Turn | undefined }> {
  const held = id === '' ? 'expired' : await readConversationId(id, effects);
  if (held !== 'expired' && held.workspace === workspace && held.mode === mode.name) {
    const { thread, newest } = await ownThread(held, effects);
    return { thread: { ...thread, visitor: held.visitor }, newest };
  }
  const thread = {
    thread: effects.ids.uuid() as ThreadId,
    mode: mode.name,
    channel: 'ask',
    visitor:
      held !== 'expired' && held.workspace === workspace ? held.visitor : (effects.ids.uuid() as VisitorId),
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
