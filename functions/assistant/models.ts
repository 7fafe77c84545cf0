import type { Clock } from '../platform/clock.ts';
import type { Model } from '../platform/model.ts';
import { openAiModel } from '../platform/openai-model.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { AssistantEffects } from './effects.ts';

/** The models that this deployment may answer with. */
export interface Models {
  /** The one to use now: a key that was set or changed since is honoured. */
  choose(): Promise<Model>;
}

export interface ModelSettings {
  readonly model: string;
  /** Empty for the provider's own. */
  readonly baseUrl: string;
}

/** OpenAI where its key is among the secrets, otherwise what needs no key. */
export function configuredModels(settings: ModelSettings, secrets: Secrets, clock: Clock): Models {
  let kept: { key: string; model: Model } | undefined;
  return {
    async choose() {
      const key = (await secrets.get('openai-api-key'))?.trim();
      // Its word lists take 10 ms to prepare: no cold start pays for them that answers nothing.
      if (!key) return (await import('../platform/extractive-model.ts')).extractiveModel;
      if (kept?.key !== key) kept = { key, model: openAiModel({ ...settings, apiKey: key }, clock) };
      return kept.model;
    },
  };
}

/** What answers at present, for `/api/health`. */
export async function assistantHealth(effects: AssistantEffects): Promise<{ model: string }> {
  const { name } = await effects.models.choose();
  return { model: name };
}
