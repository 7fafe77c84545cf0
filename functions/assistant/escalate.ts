import { type Model, ModelError, type ModelTool } from '../platform/models/model.ts';
import type { AssistantEffects } from './effects.ts';
import type { Mode } from './schema.ts';

export type Tier = 'free' | 'paid';

/** Why the strong model answers in place of the small one: it was handed the question, or nothing found is about it. */
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

type ChoiceEffects = Pick<AssistantEffects, 'models' | 'metrics' | 'log'>;

/**
 * Which model answers one question. The small one begins; the strong one may take over, once. A mode that is set to the
 * strong one begins with it. A strong model that fails gives way to the small one. In the free tier there is the small
 * one alone, whatever the mode is set to.
 */
export class ModelChoice {
  #current: Model;
  readonly #small: Model;
  /** Undefined where there is none, or where it has had its turn. */
  #strong: Model | undefined;
  #escalated: Escalation | undefined;
  readonly #effects: ChoiceEffects;

  private constructor(small: Model, strong: Model | undefined, effects: ChoiceEffects) {
    this.#current = small;
    this.#small = small;
    this.#strong = strong;
    this.#effects = effects;
  }

  static async make(
    { model }: Pick<Mode, 'model'>,
    tier: Tier,
    effects: ChoiceEffects,
  ): Promise<ModelChoice> {
    const { models, log, metrics } = effects;
    const small = await models.choose('small');
    const isWithoutKey = small.name === 'extractive';
    // What quotes without a key hands nothing over: no question leaves a deployment that has chosen no small model.
    if (tier === 'free' || model === 'small' || (model === 'auto' && isWithoutKey))
      return new ModelChoice(small, undefined, effects);
    const strong = await models.choose('strong');
    // Without its key there is the small one in its place.
    const isThere = strong.name !== small.name;
    const choice = new ModelChoice(small, isThere ? strong : undefined, effects);
    if (model === 'strong' && isThere) choice.#takeStrong(strong);
    if (model === 'strong' && !isThere && !isWithoutKey) {
      log.warn('answer.strong_model_missing', { answeredBy: small.name });
      metrics.add('StrongModelUnavailable', 1, 'Count', { why: 'missing' });
    }
    return choice;
  }

  /** The one to ask now. */
  get current(): Model {
    return this.#current;
  }

  /** Whether the strong model may still take over from the small one. */
  get mayEscalate(): boolean {
    return this.#strong !== undefined;
  }

  /** Why the current model is the strong one, where the small one would have been asked first. */
  get escalated(): Escalation | undefined {
    return this.#escalated;
  }

  /** From now on the strong model is asked. Without one nothing happens. */
  escalate(why: Escalation): void {
    const strong = this.#strong;
    if (!strong) return;
    const { log, metrics } = this.#effects;
    log.info('answer.escalated', { from: this.#current.name, to: strong.name, why });
    metrics.add('AnswerEscalated', 1, 'Count', { why });
    this.#takeStrong(strong);
    this.#escalated = why;
  }

  /**
   * Whether the small model can take over from the one that failed; if so it is asked from now on. Call it before the
   * first token alone.
   */
  fallBack(error: unknown): boolean {
    if (!(error instanceof ModelError) || this.#current === this.#small) return false;
    const { log, metrics } = this.#effects;
    log.warn('answer.strong_model_failed', { model: this.#current.name, kind: error.kind });
    metrics.add('StrongModelUnavailable', 1, 'Count', { why: 'failed' });
    this.#current = this.#small;
    this.#escalated = undefined;
    return true;
  }

  #takeStrong(strong: Model): void {
    this.#current = strong;
    this.#strong = undefined;
  }
}
