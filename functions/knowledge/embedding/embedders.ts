import type { Clock } from '../../platform/clock.ts';
import { type Embedder, type EmbedderSettings, rememberingEmbedder } from '../../platform/models/embedder.ts';
import type { Secrets } from '../../platform/aws/secrets.ts';

/** The embedders that this deployment may rank with. */
export interface Embedders {
  /** False when no embedder is set: then nothing is embedded. */
  readonly configured: boolean;
  /** The embedder to use now. A key that was set or changed meanwhile is used. Undefined: only words rank. */
  choose(): Promise<Embedder | undefined>;
  /** The former embedder, which is used while its vectors rank. Undefined when its key is missing. */
  former(settings: EmbedderSettings): Promise<Embedder | undefined>;
}

/** How many texts' vectors are kept in memory: a few MB. */
const remembered = 1000;

export const noEmbedder: Embedders = {
  configured: false,
  choose: async () => undefined,
  former: async () => undefined,
};

/**
 * The embedder of the settings, once it has a key. `openai-api-key` is only sent to OpenAI's own address.
 * `embedding-api-key` is only sent to the address of the settings, and may be absent if that service needs none. A
 * former embedder at another address is asked without a key.
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
