import type { Passage, ModelTool } from '../platform/models/model.ts';
import type { HistoryMessage } from './history.ts';
import type { ModelStrength } from './models.ts';
import type { Mode } from './schema.ts';

export type Tier = 'free' | 'paid';

/** Why the strong model answers in place of the small one. */
export type Escalation = 'deferred' | 'unsupported';

/** By which the small model hands a question over, before it says anything. */
export const deferTool: ModelTool = {
  name: 'defer',
  description:
    'Hands the question to a more capable colleague. Call it instead of answering, before you write anything, when the question ' +
    'needs several sources weighed against each other, careful reasoning or calculation, or when you are not sure of the answer.',
  parameters: {
    type: 'object',
    properties: { reason: { type: 'string', description: 'Why, in a few words.' } },
    required: ['reason'],
    additionalProperties: false,
  },
};

/** The model that answers first. What a mode of the free tier is set to counts for nothing. */
export const firstChoice = ({ model }: Mode, tier: Tier): ModelStrength =>
  tier === 'paid' && model === 'strong' ? 'strong' : 'small';

/** Whether the strong model may take over from the small one. */
export const mayEscalate = ({ model }: Mode, tier: Tier): boolean => tier === 'paid' && model === 'auto';

/** As the model without a key has it, chosen by `test/bench/answers.ts`: below it passages speak about something else. */
const supportFloor = 0.5;

/**
 * Whether nothing that was retrieved speaks about what is asked, measured word by word. A greeting asks for nothing: no
 * stronger model says "hello" better.
 */
export async function isUnsupported(
  question: string,
  history: readonly HistoryMessage[],
  passages: readonly Passage[],
): Promise<boolean> {
  // Their word lists take 10 ms to prepare.
  const [{ readQuestion }, { rankUnits }] = await Promise.all([
    import('./extracts/question.ts'),
    import('./extracts/rank.ts'),
  ]);
  const before = history.findLast(({ role }) => role === 'user')?.text;
  const read = readQuestion(question, before);
  return read.terms.length >= 2 && rankUnits(read, passages).support < supportFloor;
}
