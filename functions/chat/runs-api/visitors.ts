import { findModeByName, frontMode, getMode } from '../../assistant/index.ts';
import { CallerError } from '../../platform/errors.ts';
import type { ModeName, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import { noteLogIds } from '../../platform/log-ids.ts';
import { authenticate, mintVisitorToken, type Principal, type VisitorToken } from '../../tenants/index.ts';
import { modeOf } from '../access.ts';
import type { ChatEffects } from '../effects.ts';

/** A visitor's token, and what a page shows of the mode. */
export interface Admission extends VisitorToken {
  readonly mode: ModeName;
  readonly title: string;
  readonly intro: string;
  readonly prompts: string[];
  readonly color?: string;
  readonly text_color?: string;
}

/**
 * Gives a token to anyone for a public mode, to a visitor again under its own id, to a key for its workspace.
 * `unauthorized` for a token that is no longer valid: its threads can not be reached again.
 */
export async function admitVisitor(
  headers: Headers,
  asked: string | undefined,
  effects: ChatEffects,
): Promise<Admission> {
  const { workspace, mode, visitor } = await admissionOf(headers, asked, effects);
  const [token, shown] = await Promise.all([
    mintVisitorToken(workspace, { mode, visitor }, effects),
    getMode(workspace, mode, effects),
  ]);
  return {
    ...token,
    mode,
    title: shown?.title ?? mode,
    intro: shown?.intro ?? '',
    prompts: shown?.prompts ?? [],
    ...(shown && { color: shown.color, text_color: shown.text_color }),
  };
}

async function admissionOf(
  headers: Headers,
  asked: string | undefined,
  effects: ChatEffects,
): Promise<{ workspace: WorkspaceId; mode: ModeName; visitor?: VisitorId }> {
  const principal = await knownCaller(headers, effects);
  if (principal?.kind === 'key') {
    return { workspace: principal.workspace, mode: await modeOf(principal, asked, effects) };
  }
  if (principal?.kind === 'visitor' && (asked === undefined || asked === principal.mode)) return principal;
  const name = asked ?? frontMode;
  const found = await findModeByName(name, effects);
  if (!found) throw new CallerError('not_found', `mode "${name}" not found`);
  const { workspace, mode } = found;
  noteLogIds({ workspace });
  // In another workspace it becomes a new visitor.
  const same = principal?.kind === 'visitor' && principal.workspace === workspace;
  return { workspace, mode: mode.name, ...(same ? { visitor: principal.visitor } : {}) };
}

async function knownCaller(headers: Headers, effects: ChatEffects): Promise<Principal | undefined> {
  if (!headers.has('authorization') && !headers.has('x-api-key')) return undefined;
  return authenticate(headers, effects);
}
