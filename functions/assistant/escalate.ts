import { type Model, ModelError, type ModelTool } from '../platform/models/model.ts';
import type { AssistantEffects } from './effects.ts';
import type { Mode } from './schema.ts';

export type Tier = 'free' | 'paid';

/**
 * Why the strong model answers instead of the small one: the small one deferred, or nothing found is about the
 * question.
 */
export type Escalation = 'deferred' | 'unsupported';

/** The tool by which the small model hands a question over, before it writes anything. */
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
 * Chooses the model for one question. The small one begins, and the strong one may take over once. In a mode that is
 * set to the strong model, that one begins. A strong model that fails gives way to the small one. The free tier has
 * only the small one, whatever the mode is set to.
 */
export class ModelChoice {
  #current: Model;
  readonly #small: Model;
  /** Undefined where there is no strong model, or where it has been used already. */
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
    // The answerer without a key never escalates: a deployment without a small model sends no question anywhere.
    if (tier === 'free' || model === 'small' || (model === 'auto' && isWithoutKey))
      return new ModelChoice(small, undefined, effects);
    const strong = await models.choose('strong');
    // A strong model without its key is replaced by the small one.
    const isThere = strong.name !== small.name;
    const choice = new ModelChoice(small, isThere ? strong : undefined, effects);
    if (model === 'strong' && isThere) choice.#takeStrong(strong);
    if (model === 'strong' && !isThere && !isWithoutKey) {
      log.warn('answer.strong_model_missing', { answeredBy: small.name });
      metrics.add('StrongModelUnavailable', 1, 'Count', { why: 'missing' });
    }
    return choice;
  }

  /** The model to ask now. */
  get current(): Model {
    return this.#current;
  }

  /** Whether the strong model may still take over from the small one. */
  get mayEscalate(): boolean {
    return this.#strong !== undefined;
  }

  /** Why the current model is the strong one, when the small one would have been first. */
  get escalated(): Escalation | undefined {
    return this.#escalated;
  }

  /** Switches to the strong model. Does nothing where there is none. */
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
   * Switches to the small model after the strong one failed. False when it can not. Call it only before the first
   * token.
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
