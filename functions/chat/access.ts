import { getMode } from '../assistant/index.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, RunId, ThreadId, UserId, VisitorId } from '../platform/ids.ts';
import { noteLogIds } from '../platform/log-ids.ts';
import { getWorkspace, type Principal } from '../tenants/index.ts';
import type { ChatEffects } from './effects.ts';
import { findRun } from './run/find-run.ts';
import { type FoundThread, findThread } from './run/keep.ts';
import { userExists } from './run/thread-store.ts';
import type { Thread, Turn } from './run/turn.ts';

/**
 * The thread, if the principal may see it. Throws `not_found` for a thread of others, as for one that does not exist.
 */
export async function threadFor(
  principal: Principal,
  id: string,
  effects: ChatEffects,
): Promise<FoundThread> {
  const found = await findThread(principal.workspace, id as ThreadId, effects);
  if (!found || found === 'over' || !maySee(principal, found.thread.visitor)) {
    throw new CallerError('not_found', 'thread not found');
  }
  return found;
}

export async function runFor(principal: Principal, id: string, effects: ChatEffects): Promise<Turn> {
  const turn = await findRun(principal.workspace, id as RunId, effects);
  if (!turn || !maySee(principal, turn.visitor)) throw new CallerError('not_found', 'run not found');
  noteLogIds({ run: turn.run });
  return turn;
}

/** The same for following the run. The turn may be up to a minute old, as this process has posted it. */
export async function runToFollow(principal: Principal, id: string, effects: ChatEffects): Promise<Turn> {
  const { clock, live } = effects;
  const posted = live.recall(principal.workspace, id as RunId, clock.now());
  if (!posted || !maySee(principal, posted.visitor)) return runFor(principal, id, effects);
  noteLogIds({ run: posted.run });
  return posted;
}

/** A visitor may see its own threads. A key may see all of its workspace. */
const maySee = (principal: Principal, owner: VisitorId | undefined): boolean =>
  principal.kind !== 'visitor' || principal.visitor === owner;

/** Who a new thread belongs to and which mode answers in it. */
export async function ownerOf(
  principal: Principal,
  { user_id: id, mode: asked }: { user_id?: number | undefined; mode?: string | undefined },
  effects: ChatEffects,
): Promise<Pick<Thread, 'user' | 'visitor' | 'mode'>> {
  const { workspace } = principal;
  if (id === undefined && principal.kind !== 'visitor') {
    throw refused('user_id', 'a thread needs a user, unless a visitor begins it');
  }
  const user = id as UserId | undefined;
  if (user !== undefined && !(await userExists(workspace, user, effects))) {
    throw new CallerError('not_found', `user ${user} not found`);
  }
  if (principal.kind === 'visitor') {
    if (asked !== undefined && asked !== principal.mode) {
      throw refused('mode', `this visitor token is for the mode "${principal.mode}"`);
    }
    return { user, visitor: principal.visitor, mode: principal.mode };
  }
  return { user, mode: await modeOf(principal, asked, effects) };
}

/**
 * The mode that was asked for, else the workspace's default. `not_found` when the workspace has no mode of that name.
 */
export async function modeOf(
  { workspace }: Pick<Principal, 'workspace'>,
  asked: string | undefined,
  effects: ChatEffects,
): Promise<ModeName> {
  const name = asked ?? (await getWorkspace(workspace, effects))?.defaultMode;
  const mode = name && (await getMode(workspace, name as ModeName, effects));
  if (!mode) throw new CallerError('not_found', `mode "${name ?? ''}" not found`);
  return mode.name;
}

const refused = (field: string, msg: string) =>
  new CallerError('invalid', `body.${field}: ${msg}`, {
    details: [{ loc: ['body', field], msg, type: 'custom' }],
  });
