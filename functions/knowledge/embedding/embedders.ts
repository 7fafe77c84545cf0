import type { Clock } from '../../platform/clock.ts';
import { type Embedder, type EmbedderSettings, rememberingEmbedder } from '../../platform/models/embedder.ts';
import type { Secrets } from '../../platform/aws/secrets.ts';

/** The embedders that this deployment may rank with. */
export interface Embedders {
  /** False: nothing is ever embedded, asked or paid. */
  readonly configured: boolean;
  /** The one to use now: a key that was set or changed since is honoured. Undefined: rank by words alone. */
  choose(): Promise<Embedder | undefined>;
  /** One that was used before, to be asked for as long as its vectors answer. Undefined: its key is not here. */
  former(settings: EmbedderSettings): Promise<Embedder | undefined>;
}

/** Vectors of so many texts are kept in memory: a few MB. */
const remembered = 1000;

export const noEmbedder: Embedders = {
  configured: false,
  choose: async () => undefined,
  former: async () => undefined,
};

/**
 * The embedder of the settings, once it has a key. `openai-api-key` serves at OpenAI's own address alone, so that no
 * other service is ever shown it. `embedding-api-key` serves at the address of the settings alone, where it may be
 * absent if the service wants none: a former embedder at another address is asked without it.
 */
export function configuredEmbedders(settings: EmbedderSettings, secrets: Secrets, clock: Clock): Embedders {
  if (settings.model === '') return noEmbedder;
  const kept = new Map<string, { key: string; embedder: Embedder }>();

  async function keyAt(baseUrl: string): Promise<string | undefined> {
    const own = baseUrl === settings.baseUrl ? (await secrets.get('embedding-api-key'))?.trim() : undefined;
    if (baseUrl !== '') return own ?? '';
    return own || (await secrets.get('openai-api-key'))?.trim() || undefined;
  }

  async function embedderOf({ model, baseUrl }: EmbedderSettings): Promise<Embedder | undefined> {
    const key = await keyAt(baseUrl);
    if (key === undefined) return undefined;
    const known = kept.get(`${baseUrl} ${model}`);
    if (known?.key === key) return known.embedder;
    const { openAiEmbedder } = await import('../../platform/models/openai-embedder.ts');
    const embedder = rememberingEmbedder(openAiEmbedder({ model, baseUrl, apiKey: key }, clock), remembered);
    kept.set(`${baseUrl} ${model}`, { key, embedder });
    return embedder;
  }

  return { configured: true, choose: () => embedderOf(settings), former: embedderOf };
}
