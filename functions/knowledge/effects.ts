import { type Blobs, connectBlobs } from '../platform/aws/blob.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { localMode } from '../platform/http/local-mode.ts';
import { connectQueue, type Queue } from '../platform/aws/queue.ts';
import { connectSecrets } from '../platform/aws/secrets.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import { configuredEmbedders, type Embedders } from './embedding/embedders.ts';
import type { knowledgeEnv } from './env.ts';
import type { IndexStore } from './index/index-store.ts';
import { createLanceIndex } from './index/lance-index.ts';
import type { EmbedMessage, IndexMessage } from './documents/messages.ts';

export interface KnowledgeEffects extends Effects {
  readonly knowledge: Table;
  /** What waits for the index writer, at `<workspace>/submissions/<id>.json`. */
  readonly documents: Blobs;
  readonly indexQueue: Queue<IndexMessage>;
  readonly index: IndexStore;
  readonly embedders: Embedders;
  readonly embedQueue: Queue<EmbedMessage>;
}

/** Looking for a newer version with every search costs nothing that can be measured on a disk, and a request on S3. */
const freshnessSeconds = { disk: 0, s3: 2 };

export function knowledgeEffects(env: Env<(typeof knowledgeEnv)[number]>, base: Effects): KnowledgeEffects {
  const directory = localMode()?.indexDirectory;
  const embedder = { model: env.EMBEDDING_MODEL, baseUrl: env.EMBEDDING_BASE_URL };
  return {
    ...base,
    knowledge: connectTable(env.KNOWLEDGE_TABLE),
    documents: connectBlobs(env.KNOWLEDGE_BUCKET),
    indexQueue: connectQueue(env.INDEX_QUEUE_URL),
    index: createLanceIndex(directory ?? env.KNOWLEDGE_INDEX_URI, base.clock, {
      freshnessSeconds: directory ? freshnessSeconds.disk : freshnessSeconds.s3,
    }),
    embedders: configuredEmbedders(embedder, connectSecrets(env.SECRETS_PREFIX, base.clock), base.clock),
    embedQueue: connectQueue(env.EMBED_QUEUE_URL),
  };
}
