import { createHash } from 'node:crypto';
import type { ModeName, ThreadId, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import { modeOf } from '../access.ts';
import type { ChatEffects } from '../effects.ts';
import { postMessage } from '../run/post-message.ts';
import { findThread, type FoundThread } from '../run/keep.ts';
import { uuid } from '../schema.ts';
import type { ServerCaller } from './caller.ts';
import type { ServerQuestion } from './schema.ts';
import { getTurn } from '../run/thread-store.ts';
import { answerInTime } from '../run/whole-answer.ts';

/**
 * Asks for a server or a member, in the conversation that they name or in a new one, and waits for the whole answer.
 * `user` is the server's own name for whom it asks. Limits count for each user and each member, and a conversation is
 * theirs alone. `not_found` where the workspace has no such mode.
 */
export async function askByServer(
  { workspace, member }: ServerCaller,
  asked: ModeName,
  question: ServerQuestion & { readonly content: string; readonly user?: string },
  effects: ChatEffects,
) {
  const mode = await modeOf({ workspace }, asked, effects);
  const visitor = visitorOf(workspace, member, question.user);
  const { thread, newest } = await threadOf(
    workspace,
    { mode, visitor, id: question.conversation_id ?? '' },
    effects,
  );
  const tag = question.tag?.trim() || undefined;
  const message = { content: question.content.trim(), tag };
  const { turn, limit } = await postMessage(workspace, thread, newest, message, effects);
  const { text, sources } = await answerInTime(workspace, turn, effects);
  const usage = (await getTurn(workspace, turn.thread, turn.n, effects))?.usage;
  const reply = {
    response: text,
    conversation_id: thread.thread,
    response_id: turn.run,
    usage: usage ? usage.inputTokens + usage.outputTokens : null,
    tag: tag ?? '',
    sources: [...sources],
  };
  return { reply, limit } satisfies { reply: object; limit: LimitState };
}

/** A hash of who asks: it tells no name, and is never the id of a visitor of the chat page. */
function visitorOf(
  workspace: WorkspaceId,
  member: string | undefined,
  user: string | undefined,
): VisitorId | undefined {
  const hash = (name: string) => createHash('sha256').update(name).digest('base64url') as VisitorId;
  if (member !== undefined) return hash(`member ${workspace} ${member}`);
  return user === undefined ? undefined : hash(`person ${workspace} ${user}`);
}

/**
 * The conversation that the id names. Where it names none (an id of an earlier system, or of another person or mode) a
 * new conversation begins, and the reply carries its id.
 */
async function threadOf(
  workspace: WorkspaceId,
  { mode, visitor, id }: { mode: ModeName; visitor: VisitorId | undefined; id: string },
  effects: ChatEffects,
): Promise<FoundThread> {
  const ours = uuid.safeParse(id).data as ThreadId | undefined;
  const found = ours && (await findThread(workspace, ours, effects));
  // A conversation whose time is over counts as unknown.
  if (found && found !== 'over' && found.thread.mode === mode && found.thread.visitor === visitor)
    return found;
  return { thread: { thread: effects.ids.uuid() as ThreadId, mode, visitor }, newest: undefined };
}
