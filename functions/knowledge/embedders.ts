import type { Clock } from '../platform/clock.ts';
import { type Embedder, rememberingEmbedder } from '../platform/embedder.ts';
import type { Secrets } from '../platform/secrets.ts';

/** The embedder that this deployment may rank with. */
export interface Embedders {
  /** False: nothing is ever embedded, asked or paid. */
  readonly configured: boolean;
  /** The one to use now: a key that was set or changed since is honoured. Undefined: rank by words alone. */
  choose(): Promise<Embedder | undefined>;
}

export interface EmbedderSettings {
  /** Empty: none. */
  readonly model: string;
  /** Empty for OpenAI's own. */
  readonly baseUrl: string;
}

/** Vectors of so many texts are kept in memory: a few MB. */
const remembered = 1000;

export const noEmbedder: Embedders = { configured: false, choose: async () => undefined };

/**
 * The embedder of the settings, once it has a key. `openai-api-key` serves at OpenAI's own address alone, so that no other
 * service is ever shown it: for any other `embedding-api-key` is read, which may be absent where the service wants none.
 */
export function configuredEmbedders(settings: EmbedderSettings, secrets: Secrets, clock: Clock): Embedders {
  if (settings.model === '') return noEmbedder;
  let kept: { key: string; embedder: Embedder } | undefined;
  return {
    configured: true,
    async choose() {
      const own = (await secrets.get('embedding-api-key'))?.trim();
      const key = own || (settings.baseUrl === '' ? (await secrets.get('openai-api-key'))?.trim() : '');
      if (key === undefined || (key === '' && settings.baseUrl === '')) return undefined;
      if (kept?.key === key) return kept.embedder;
      const { openAiEmbedder } = await import('../platform/openai-embedder.ts');
      const embedder = rememberingEmbedder(openAiEmbedder({ ...settings, apiKey: key }, clock), remembered);
      kept = { key, embedder };
      return embedder;
    },
  };
}
