import type { Clock } from '../platform/clock.ts';
import type { Model } from '../platform/models/model.ts';
import type { ProviderSettings } from '../platform/models/provider.ts';
import type { SecretName, Secrets } from '../platform/aws/secrets.ts';

/** `small` answers at first, `strong` what is beyond it. */
export type ModelStrength = 'small' | 'strong';

/** The models that this deployment may answer with. */
export interface Models {
  /** The one to use now, the small one unless told otherwise: a key that was set or changed since is honoured. */
  choose(strength?: ModelStrength): Promise<Model>;
}

export interface ModelSettings {
  /** `provider:model`, such as `anthropic:claude-haiku-4-5`; a name alone is a model of OpenAI's. */
  readonly small: string;
  readonly strong: string;
  /** Of a service that speaks OpenAI's Responses protocol; empty for OpenAI's own. */
  readonly openAiBaseUrl: string;
  /** Of the service that `compatible:` models are asked at; empty when there is none. */
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
 * The models of the settings, where the secrets have their providers' keys (a `compatible` service needs an address,
 * and perhaps no key), otherwise what needs no key. Throws for a provider that is none.
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
      // Its word lists take 10 ms to prepare: no cold start pays for them that answers nothing.
      return chosen ?? (await import('./extracts/extractive-model.ts')).extractiveModel;
    },
  };
}

/**
 * Reads `provider:model`; a colon after it belongs to the model's name, as with Ollama. Throws for a provider that
 * there is none of.
 */
export function readModel(setting: string): { provider: Provider; model: string } {
  const [, name = '', rest = ''] = /^([a-z]+):(.+)$/.exec(setting) ?? [];
  if (name === '') return { provider: 'openai', model: setting };
  if (Object.hasOwn(providers, name)) return { provider: name as Provider, model: rest };
  throw new Error(`model "${setting}": its provider is none of ${Object.keys(providers).join(', ')}`);
}

/** Loaded with the first question: a cold start that answers nothing pays for no protocol. */
async function connect(provider: Provider, settings: ProviderSettings, clock: Clock): Promise<Model> {
  if (provider === 'openai') {
    const { openAiModel } = await import('../platform/models/openai-model.ts');
    return openAiModel(settings, clock);
  }
  const { chatCompletionsModel } = await import('../platform/models/chat-completions-model.ts');
  return chatCompletionsModel(provider, settings, clock);
}

/** What answers at present, for `/api/health`. */
export async function assistantHealth(effects: { readonly models: Models }): Promise<{ model: string }> {
  const { name } = await effects.models.choose();
  return { model: name };
}
