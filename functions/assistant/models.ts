import type { Clock } from '../platform/clock.ts';
import type { Model } from '../platform/models/model.ts';
import type { ProviderSettings } from '../platform/models/provider.ts';
import type { SecretName, Secrets } from '../platform/aws/secrets.ts';

/** `small` answers first, `strong` when a question is beyond it. */
export type ModelStrength = 'small' | 'strong';

/** The models that this deployment may answer with. */
export interface Models {
  /** The model to use now; the small one by default. A key that was set or changed meanwhile is used. */
  choose(strength?: ModelStrength): Promise<Model>;
}

export interface ModelSettings {
  /** `provider:model`, such as `anthropic:claude-haiku-4-5`; a name alone is a model of OpenAI's. */
  readonly small: string;
  readonly strong: string;
  /** The address of a service with OpenAI's Responses protocol. Empty for OpenAI's own. */
  readonly openAiBaseUrl: string;
  /** The address of the service of `compatible:` models. Empty when there is none. */
  readonly compatibleBaseUrl: string;
}

const providers = {
  openai: 'openai-api-key',
  anthropic: 'anthropic-api-key',
  gemini: 'gemini-api-key',
  compatible: 'compatible-api-key',
} as const satisfies Record<string, SecretName>;
type Provider = keyof typeof providers;

/**
 * The models of the settings. A model without its provider's key is replaced by the answerer that needs no key; a
 * `compatible` service needs an address, and perhaps no key. Throws for an unknown provider.
 */
export function configuredModels(settings: ModelSettings, secrets: Secrets, clock: Clock): Models {
  const slots = { small: slotFor(settings.small), strong: slotFor(settings.strong) };

  function slotFor(setting: string): () => Promise<Model | undefined> {
    const { provider, model } = readModel(setting);
    let kept: { key: string; model: Model } | undefined;
    return async () => {
      const baseUrl =
        provider === 'openai'
          ? settings.openAiBaseUrl
          : provider === 'compatible'
            ? settings.compatibleBaseUrl
            : '';
      if (model === '' || (provider === 'compatible' && baseUrl === '')) return undefined;
      const apiKey = (await secrets.get(providers[provider]))?.trim() ?? '';
      if (apiKey === '' && provider !== 'compatible') return undefined;
      if (kept?.key !== apiKey)
        kept = { key: apiKey, model: await connect(provider, { apiKey, model, baseUrl }, clock) };
      return kept.model;
    };
  }

  return {
    async choose(strength = 'small') {
      const chosen = (await slots[strength]()) ?? (await slots.small());
      // Loaded here, since its word lists take 10 ms to prepare, which most cold starts do not need.
      return chosen ?? (await import('./extracts/extractive-model.ts')).extractiveModel;
    },
  };
}

/**
 * Reads `provider:model`. Further colons belong to the model's name, as with Ollama. Throws for an unknown provider.
 */
export function readModel(setting: string): { provider: Provider; model: string } {
  const [, name = '', rest = ''] = /^([a-z]+):(.+)$/.exec(setting) ?? [];
  if (name === '') return { provider: 'openai', model: setting };
  if (Object.hasOwn(providers, name)) return { provider: name as Provider, model: rest };
  throw new Error(`model "${setting}": its provider is none of ${Object.keys(providers).join(', ')}`);
}

/** The protocol is loaded with the first question, so other cold starts do not pay for it. */
async function connect(provider: Provider, settings: ProviderSettings, clock: Clock): Promise<Model> {
  if (provider === 'openai') {
    const { openAiModel } = await import('../platform/models/openai-model.ts');
    return openAiModel(settings, clock);
  }
  const { chatCompletionsModel } = await import('../platform/models/chat-completions-model.ts');
  return chatCompletionsModel(provider, settings, clock);
}

/** The model that answers now, for `/api/health`. */
export async function assistantHealth(effects: { readonly models: Models }): Promise<{ model: string }> {
  const { name } = await effects.models.choose();
  return { model: name };
}
