import { type Retrieval, retrieve, unlessDamaged } from '../knowledge/index.ts';
import { errorText } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import { recentReads } from '../platform/recent-reads.ts';
import { followable } from './cited-addresses.ts';
import type { AssistantEffects } from './effects.ts';
import type { Mode } from './schema.ts';
import { recentMode } from './store.ts';
import { hasSiteRules, mayUse } from './usable-sites.ts';

const wantedPassages = 5;
/** Where some passages may not be used, so many times as many are searched for. */
const spare = 4;

/** Searches that were begun ahead of their answers. One that nobody has come for is not used later. */
const begun = recentReads<Retrieval>(10_000);

const nothingFound: Retrieval = { passages: [], similarity: undefined };

/** What of a question decides on its first search. */
export interface SearchedQuestion {
  readonly workspace: WorkspaceId;
  readonly mode: ModeName;
  readonly question: string;
  readonly tag?: string | undefined;
}

/** What the first search for a question looks for: the subject that its visitor chose belongs to it. */
export function firstQuery(mode: Mode, question: string, tag: string | undefined): string {
  const known = mode.tags.find(one => one === tag);
  return known === undefined ? question : `${question} ${known}`;
}

/**
 * Begins the first search for a question that is just being stored: the answer, if it is written by this process, finds
 * it done. Never throws: the answer searches itself, and says what is wrong.
 */
export async function searchAhead(
  { workspace, mode: name, question, tag }: SearchedQuestion,
  effects: AssistantEffects,
): Promise<void> {
  try {
    const mode = await recentMode(workspace, name, effects);
    if (mode) await searchOnce(workspace, mode, firstQuery(mode, question, tag), effects);
  } catch (error) {
    effects.log.warn('search.not_ahead', { workspace, reason: errorText(error).slice(0, 200) });
  }
}

/** The passages found that the mode may use; none while the index is damaged. */
export async function usablePassages(
  workspace: WorkspaceId,
  mode: Mode,
  query: string,
  effects: AssistantEffects,
): Promise<Retrieval> {
  const search = searchOnce(workspace, mode, query, effects);
  // The next one who asks the same is told what is known by then.
  begun.forget(effects.index, nameOf(workspace, mode, query));
  const { passages, similarity } = (await search) ?? nothingFound;
  const usable = passages.filter(({ url }) => mayUse(mode, url)).slice(0, wantedPassages);
  return { passages: await followable(usable, effects), similarity };
}

const searchOnce = (workspace: WorkspaceId, mode: Mode, query: string, effects: AssistantEffects) =>
  begun.get(effects.index, nameOf(workspace, mode, query), effects.clock, () => {
    const limit = wantedPassages * (hasSiteRules(mode) ? spare : 1);
    const search = retrieve(workspace, { mode: mode.name, question: query, limit }, effects);
    return unlessDamaged(workspace, search, nothingFound, effects);
  });

const nameOf = (workspace: WorkspaceId, { name }: Mode, query: string): string =>
  JSON.stringify([workspace, name, query]);
