import { assistantHealth, findModeByName, frontMode } from '../assistant/index.ts';
import {
  embedderFailingSince,
  indexHealth,
  knowledgeCondition,
  type RankingHealth,
} from '../knowledge/index.ts';
import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import { within } from '../platform/within.ts';
import type { ChatEffects } from './effects.ts';
import { modelFailingSince } from './run/outage.ts';

/** A part that has not answered after this time counts as failing, so that the check does not take longer. */
const patienceMs = 5_000;
/**
 * No workspace has this id. It is used where there is no front workspace: asking for it shows that the index can be
 * reached.
 */
const nobody = 'health' as WorkspaceId;

/**
 * The model, embedder and index that answer, and the present state of each part that answering needs. Providers are not
 * asked, since that costs money: their state is that of the last question. Throws `unavailable` with the same details
 * when one of our parts fails.
 */
export async function readHealth(effects: ChatEffects) {
  const key = { pk: 'HEALTH', sk: 'HEALTH' };
  let model = 'unknown';
  let rebuilding = false;
  let ranking: RankingHealth = { index: effects.index.name, embedder: 'unknown', rebuilding: false };
  const questions: Record<string, () => Promise<unknown>> = {
    chat: () => effects.chat.get(key),
    tenants: () => effects.tenants.get(key),
    assistant: () => effects.assistant.get(key),
    limits: () => effects.limits.get(key),
    queue: () => effects.runQueue.ping(),
    index: async () => {
      const workspace = (await findModeByName(frontMode, effects))?.workspace ?? nobody;
      await effects.index.stats(nobody);
      rebuilding = (await knowledgeCondition(workspace, effects)) === 'rebuilding';
    },
    model: async () => {
      ({ model } = await assistantHealth(effects));
    },
  };
  if (effects.embedders.configured)
    questions['embedder'] = async () => {
      ranking = await rankingNow(effects);
    };
  const asked = Object.fromEntries(
    await Promise.all(
      Object.entries(questions).map(
        async ([part, ask]) => [part, await stateOf(part, ask, effects)] as const,
      ),
    ),
  );
  if (!effects.embedders.configured) ranking = await indexHealth(effects);
  const { index, embedder, rebuilding: vectorsRebuilding } = ranking;
  const parts = {
    ...asked,
    ...(rebuilding ? { index: 'rebuilding' as const } : {}),
    ...(vectorsRebuilding ? { embedder: 'rebuilding' as const } : {}),
  };
  const found = { model, index, embedder, parts };
  const failing = Object.keys(asked).filter(part => asked[part] === 'failing');
  if (failing.length > 0)
    throw new CallerError('unavailable', `not working: ${failing.join(', ')}`, { details: found });
  const since = {
    model: await modelFailingSince(model, effects),
    embedder: embedderFailingSince(effects.embedders),
  };
  const down = Object.entries(since).flatMap(([part, at]) => (at === undefined ? [] : [{ part, at }]));
  const status = rebuilding || vectorsRebuilding ? ('degraded' as const) : ('ok' as const);
  if (down.length === 0) return { status, ...found };
  return {
    status: 'degraded' as const,
    ...found,
    parts: { ...parts, ...Object.fromEntries(down.map(({ part }) => [part, 'failing' as const])) },
    failing_since: Object.fromEntries(down.map(({ part, at }) => [part, isoTime(at)])),
  };
}

/** How many vectors the workspace of the chat page has. */
async function rankingNow(effects: ChatEffects) {
  const front = await findModeByName(frontMode, effects);
  return indexHealth(effects, front?.workspace);
}

async function stateOf(
  part: string,
  ask: () => Promise<unknown>,
  { clock, log }: ChatEffects,
): Promise<'ok' | 'failing'> {
  try {
    await within(patienceMs, ask, () => new Error(`no answer within ${patienceMs} ms`), clock);
    return 'ok';
  } catch (error) {
    log.error('health.part_failing', error, { part });
    return 'failing';
  }
}
