import { readModel } from '../../functions/assistant/models.ts';
import type { ModelParameters } from '../template/synthesized.ts';
import type { ModelKeys } from './secrets-file.ts';

/** The models that the environment names, and warnings about settings that will have no effect. */
export interface ModelsInEnvironment {
  readonly model: ModelParameters;
  readonly modelKeys: ModelKeys;
  readonly embeddingKey: string | undefined;
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The providers. Where several have keys, the first one is used. */
const providers = {
  openai: {
    key: 'OPENAI_API_KEY',
    secret: 'openai-api-key',
    small: 'gpt-5-mini',
    strong: 'gpt-5.1',
  },
  anthropic: {
    key: 'ANTHROPIC_API_KEY',
    secret: 'anthropic-api-key',
    small: 'anthropic:claude-haiku-4-5',
    strong: 'anthropic:claude-sonnet-4-5',
  },
  gemini: {
    key: 'GEMINI_API_KEY',
    secret: 'gemini-api-key',
    small: 'gemini:gemini-2.5-flash-lite',
    strong: 'gemini:gemini-2.5-flash',
  },
} as const;
type Provider = keyof typeof providers;

const names: Readonly<Record<string, Provider>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'gemini',
  gemini: 'gemini',
};

/**
 * Reads which models answer: the named ones; else those of `LLM_PROVIDER`; else those of the provider with a key, or of
 * OpenAI where several have one. Throws an error of one line for an unknown provider and for a text that is no address.
 */
export function readModels(env: Environment): ModelsInEnvironment {
  const chosen = chosenProvider(env);
  const { small, strong } = providers[chosen];
  const embeddingBaseUrl = addressIn(env, 'EMBEDDING_BASE_URL');
  const model = {
    smallModel: env['MODEL_SMALL'] || (chosen === 'openai' && env['OPENAI_MODEL']) || small,
    strongModel: env['MODEL_STRONG'] || strong,
    openAiBaseUrl: addressIn(env, 'OPENAI_BASE_URL'),
    compatibleBaseUrl: addressIn(env, 'COMPATIBLE_BASE_URL'),
    embeddingModel: env['EMBEDDING_MODEL'] ?? '',
    embeddingBaseUrl,
  };
  const keys = [
    ...Object.values(providers).map(({ key, secret }) => [secret, env[key]] as const),
    ['compatible-api-key', env['COMPATIBLE_API_KEY']] as const,
    ['talentcentral-user-token-secret', env['TALENTCENTRAL_USER_TOKEN_SECRET']] as const,
  ];
  return {
    model,
    modelKeys: Object.fromEntries(keys.flatMap(([secret, key]) => (key ? [[secret, key]] : []))),
    // A key is only sent to the address that it belongs to.
    embeddingKey:
      env['EMBEDDING_API_KEY'] || (embeddingBaseUrl === '' ? env['OPENAI_API_KEY'] : undefined) || undefined,
    warnings: [...withoutKey(env, model), ...withoutProvider(env)],
  };
}

function chosenProvider(env: Environment): Provider {
  const asked = env['LLM_PROVIDER'];
  if (asked) {
    const provider = Object.hasOwn(names, asked.toLowerCase()) ? names[asked.toLowerCase()] : undefined;
    if (provider === undefined)
      throw new Error(`LLM_PROVIDER "${asked}": use one of ${Object.keys(names).join(', ')}`);
    return provider;
  }
  const [first = 'openai'] = (Object.keys(providers) as Provider[]).filter(one => env[providers[one].key]);
  return first;
}

/** The named models that can not be used. */
function withoutKey(env: Environment, model: ModelParameters): string[] {
  const named = [
    ['MODEL_SMALL', env['MODEL_SMALL'], 'answers are extracts'],
    ['OPENAI_MODEL', env['MODEL_SMALL'] ? '' : env['OPENAI_MODEL'], 'it is not asked'],
    ['MODEL_STRONG', env['MODEL_STRONG'], 'no question goes to a stronger model'],
  ] as const;
  return named.flatMap(([variable, setting, consequence]) => {
    if (!setting) return [];
    const provider = providerOf(variable, setting);
    const { key, isMissing } =
      provider === 'compatible'
        ? { key: 'COMPATIBLE_BASE_URL', isMissing: model.compatibleBaseUrl === '' }
        : { key: providers[provider].key, isMissing: !env[providers[provider].key] };
    return isMissing ? [`${variable}=${setting} needs ${key}, which is not set: ${consequence}`] : [];
  });
}

function providerOf(variable: string, setting: string): Provider | 'compatible' {
  try {
    return readModel(setting).provider;
  } catch (error) {
    throw new Error(`${variable}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function withoutProvider(env: Environment): string[] {
  const asked = env['LLM_PROVIDER'];
  if (!asked || env['MODEL_SMALL']) return [];
  const { key } = providers[chosenProvider(env)];
  return env[key] ? [] : [`LLM_PROVIDER=${asked} needs ${key}, which is not set: answers are extracts`];
}

function addressIn(env: Environment, name: string): string {
  const address = env[name] ?? '';
  if (address !== '' && !/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
    throw new Error(`${name}: use an http:// or https:// address`);
  return address;
}
