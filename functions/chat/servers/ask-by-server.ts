import { createHash } from 'node:crypto';
import { CallerError } from '../../platform/errors.ts';
import type { ModeName, ThreadId, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import type { LimitState } from '../../platform/http/rate-limit.ts';
import type { Principal } from '../../tenants/index.ts';
import { modeOf } from '../access.ts';
import type { ChatEffects } from '../effects.ts';
import { postMessage } from '../run/post-message.ts';
import { findThread, type FoundThread } from '../run/keep.ts';
import { uuid } from '../schema.ts';
import type { ServerQuestion } from './schema.ts';
import { getTurn } from '../run/thread-store.ts';
import { answerInTime } from '../run/whole-answer.ts';

/**
 * Asks for a server, in the conversation that it names or in a new one, and waits for the whole answer. `person` is the
 * server's own name for whom it asks: limits count for each, and a conversation is that person's alone. `not_found`
 * where the workspace has no such mode, `forbidden` for a visitor: these doors are for keys.
 */
export async function askByServer(
  principal: Principal,
  asked: ModeName,
  question: ServerQuestion & { readonly content: string; readonly person?: string },
  effects: ChatEffects,
) {
  if (principal.kind === 'visitor')
    throw new CallerError('forbidden', 'this needs an API key, not a visitor token');
  const { workspace } = principal;
  const mode = await modeOf(principal, asked, effects);
  const visitor = question.person === undefined ? undefined : visitorOf(workspace, question.person);
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

/** A hash of the person's name: it tells no name, and is never the id of a visitor of the chat page. */
const visitorOf = (workspace: WorkspaceId, person: string): VisitorId =>
  createHash('sha256').update(`person ${workspace} ${person}`).digest('base64url') as VisitorId;

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
