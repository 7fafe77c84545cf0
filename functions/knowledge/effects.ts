import { type Blobs, connectBlobs } from '../platform/aws/blob.ts';
import type { Clock } from '../platform/clock.ts';
import type { Effects } from '../platform/effects.ts';
import type { Env } from '../platform/env.ts';
import { localMode } from '../platform/http/local-mode.ts';
import { connectQueue, type Queue } from '../platform/aws/queue.ts';
import { connectSecrets } from '../platform/aws/secrets.ts';
import { connectTable, type Table } from '../platform/aws/table.ts';
import { configuredEmbedders, type Embedders } from './embedding/embedders.ts';
import type { indexQueueEnv, libraryEnv, searchEnv, storeFileEnv, submitEnv, writeEnv } from './env.ts';
import type { IndexStore } from './index/index-store.ts';
import { createLanceIndex } from './index/lance-index.ts';
import type { EmbedMessage, IndexMessage, RelearnMessage } from './documents/messages.ts';
import type { ParseMessage } from './files/messages.ts';
import type { FileReading, FileToRead } from './parse/file-reading.ts';
import { connectPresigner, type Presigner } from '../platform/aws/presign.ts';

/** For the functions that send messages to the index writer. */
export interface IndexQueueEffects extends Effects {
  readonly indexQueue: Queue<IndexMessage>;
}

/** For the functions that read the documents' rows, and the notes about embedders beside them. */
export interface KnowledgeTableEffects extends Effects {
  readonly knowledge: Table;
}

/** For the function that submits documents. It reads no index. */
export interface SubmitEffects extends IndexQueueEffects, KnowledgeTableEffects {
  /** The submissions that wait for the index writer, at `<workspace>/submissions/<id>.json`. */
  readonly documents: Blobs;
}

/** For the functions that add file documents, and have them read. */
export interface StoreFileEffects extends KnowledgeTableEffects {
  readonly documents: Blobs;
  readonly parseQueue: Queue<ParseMessage>;
}

/** For the function by which people add, list and remove file documents. */
export interface LibraryEffects extends StoreFileEffects, IndexQueueEffects {
  readonly presigner: Presigner;
}

/** For the function that reads file documents. */
export interface ParseEffects extends SubmitEffects {
  /** Throws `UnreadableFile`. Reading ends, with all that it has started, when the signal is aborted. */
  readonly readFile: (file: FileToRead, signal: AbortSignal) => Promise<FileReading>;
}

/** For the functions that notice missing vectors. */
export interface EmbedQueueEffects {
  /** Undefined without an embedder. */
  readonly embedQueue: Queue<EmbedMessage> | undefined;
}

/** For the function that writes what was submitted into the index. It asks no embedder. */
export interface WriteEffects extends KnowledgeTableEffects, EmbedQueueEffects {
  readonly documents: Blobs;
  readonly index: IndexStore;
  /**
   * The queue by which it asks for a lost index's sites to be learned again. Undefined where no function learns sites.
   */
  readonly relearnQueue?: Queue<RelearnMessage>;
}

/** For the function that gives the chunks of the index their vectors. */
export interface EmbedEffects extends KnowledgeTableEffects, IndexQueueEffects {
  readonly index: IndexStore;
  readonly embedders: Embedders;
  readonly embedQueue: Queue<EmbedMessage>;
}

/** For the functions that search. They read the notes about embedders and change nothing. */
export interface SearchEffects extends Pick<Effects, 'clock' | 'log'>, EmbedQueueEffects {
  readonly index: IndexStore;
  readonly embedders: Embedders;
  readonly knowledge: Pick<Table, 'get' | 'query'>;
}

/** The queue that the environment names. */
export const indexQueueEffects = (
  env: Env<(typeof indexQueueEnv)[number]>,
): Omit<IndexQueueEffects, keyof Effects> => ({ indexQueue: connectQueue(env.INDEX_QUEUE_URL) });

/** The table, the bucket and the queue that the environment names. */
export const submitEffects = (env: Env<(typeof submitEnv)[number]>): Omit<SubmitEffects, keyof Effects> => ({
  ...indexQueueEffects(env),
  knowledge: connectTable(env.KNOWLEDGE_TABLE),
  documents: connectBlobs(env.KNOWLEDGE_BUCKET),
});

/** The table, the bucket and the queue of the document parser that the environment names. */
export const storeFileEffects = (
  env: Env<(typeof storeFileEnv)[number]>,
): Omit<StoreFileEffects, keyof Effects> => ({
  knowledge: connectTable(env.KNOWLEDGE_TABLE),
  documents: connectBlobs(env.KNOWLEDGE_BUCKET),
  parseQueue: connectQueue(env.PARSE_QUEUE_URL),
});

/** The same, with the queue of the index writer and links to the bucket. */
export const libraryEffects = (
  env: Env<(typeof libraryEnv)[number]>,
  { clock }: Pick<Effects, 'clock'>,
): Omit<LibraryEffects, keyof Effects> => ({
  ...storeFileEffects(env),
  ...indexQueueEffects(env),
  presigner: connectPresigner(env.KNOWLEDGE_BUCKET, clock),
});

/** The table, the bucket, the index and the queue of the embedder that the environment names. */
export const writeEffects = (
  env: Env<(typeof writeEnv)[number]>,
  { clock }: Effects,
): Omit<WriteEffects, keyof Effects> => ({
  knowledge: connectTable(env.KNOWLEDGE_TABLE),
  documents: connectBlobs(env.KNOWLEDGE_BUCKET),
  index: openIndex(env, clock),
  embedQueue: embedQueueOf(env),
});

/** The index and the embedder that the environment names. */
export const searchEffects = (
  env: Env<(typeof searchEnv)[number]>,
  { clock }: Effects,
): Omit<SearchEffects & IndexQueueEffects, keyof Effects> => ({
  ...indexQueueEffects(env),
  knowledge: connectTable(env.KNOWLEDGE_TABLE),
  index: openIndex(env, clock),
  embedders: embeddersOf(env, clock),
  embedQueue: embedQueueOf(env),
});

/** The same, for making vectors. */
export const embedEffects = (
  env: Env<(typeof searchEnv)[number]>,
  { clock }: Effects,
): Omit<EmbedEffects, keyof Effects> => ({
  ...indexQueueEffects(env),
  knowledge: connectTable(env.KNOWLEDGE_TABLE),
  index: openIndex(env, clock),
  embedders: embeddersOf(env, clock),
  embedQueue: connectQueue(env.EMBED_QUEUE_URL),
});

/** In seconds. To look for a newer version with every search costs nothing on a disk, and a request on S3. */
const freshnessSeconds = { disk: 0, s3: 2 };

function openIndex(env: Env<'KNOWLEDGE_INDEX_URI'>, clock: Clock): IndexStore {
  const directory = localMode()?.indexDirectory;
  return createLanceIndex(directory ?? env.KNOWLEDGE_INDEX_URI, clock, {
    freshnessSeconds: directory ? freshnessSeconds.disk : freshnessSeconds.s3,
  });
}

const embeddersOf = (
  env: Env<'EMBEDDING_MODEL' | 'EMBEDDING_BASE_URL' | 'SECRETS_PREFIX'>,
  clock: Clock,
): Embedders =>
  configuredEmbedders(
    { model: env.EMBEDDING_MODEL, baseUrl: env.EMBEDDING_BASE_URL },
    connectSecrets(env.SECRETS_PREFIX, clock),
    clock,
  );

const embedQueueOf = (env: Env<'EMBED_QUEUE_URL'>): Queue<EmbedMessage> | undefined =>
  env.EMBED_QUEUE_URL === '' ? undefined : connectQueue(env.EMBED_QUEUE_URL);
