import { createHash } from 'node:crypto';
import { getMode } from '../../assistant/index.ts';
import { CallerError } from '../../platform/errors.ts';
import type { ThreadId, VisitorId } from '../../platform/ids.ts';
import { noteLogIds } from '../../platform/log-ids.ts';
import type { WidgetCaller } from '../../tenants/index.ts';
import { askerOf, type Call } from '../asker.ts';
import type { ChatEffects } from '../effects.ts';
import { modeOfPage } from './caller.ts';
import { siteUserOf } from '../site-user.ts';
import { findRun } from '../run/find-run.ts';
import { clearOver, findAsked } from '../run/keep.ts';
import { type Posted, postMessage } from '../run/post-message.ts';
import type { Thread, Turn } from '../run/turn.ts';
import type { WidgetMessage } from './schema.ts';

/** Asks a visitor's question in the conversation of its session. */
export async function askByWidget(
  caller: WidgetCaller,
  { message, sessionId, files, mode: named }: WidgetMessage,
  call: Call,
  effects: ChatEffects,
): Promise<Posted> {
  const { workspace } = caller;
  const mode = await modeOfPage(caller, named, effects);
  if (files?.length && !(await getMode(workspace.id, mode, effects))?.allow_file_upload)
    throw new CallerError('bad_request', 'files: this assistant takes no files');
  const own = threadOfSession(workspace.id, mode, sessionId);
  const [found, asker, siteUser] = await Promise.all([
    findAsked(workspace.id, own.thread, effects),
    askerOf(call, workspace.id, own.visitor, effects),
    siteUserOf(call.req.raw.headers.get('x-user-token'), mode, effects),
  ]);
  if (found === 'over') await clearOver(workspace.id, own.thread, effects);
  const { thread, newest } = found && found !== 'over' ? found : { thread: own };
  const question = { content: message.trim(), files, asker: { ...asker, siteUser } };
  return postMessage(workspace.id, thread, newest, question, effects);
}

/**
 * The thread of a session. Its id is a hash of the session's id, which only the browser knows. So no table leads from
 * one to the other, and the thread does not reveal the session.
 */
function threadOfSession(
  workspace: WidgetCaller['workspace']['id'],
  mode: Thread['mode'],
  sessionId: string,
): Thread & { readonly visitor: VisitorId } {
  const named = (kind: string, of: string) => createHash('sha256').update(`${kind} ${of}`).digest();
  const hex = named('thread', `${workspace} ${mode} ${sessionId}`).toString('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`];
  return {
    thread: `${uuid.join('-')}-${hex.slice(20, 32)}` as ThreadId,
    mode,
    channel: 'widget',
    visitor: named('visitor', `${workspace} ${sessionId}`).toString('base64url') as VisitorId,
  };
}

/** The turn of a run that a widget of this workspace began. Only who began it knows its id. */
export async function widgetRun(
  { workspace }: WidgetCaller,
  run: Turn['run'],
  effects: ChatEffects,
): Promise<Turn> {
  const found = await findRun(workspace.id, run, effects);
  if (found?.channel !== 'widget') throw new CallerError('not_found', 'there is no such answer');
  noteLogIds({ run });
  return found;
}
