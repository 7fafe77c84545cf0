/** What the infrastructure supplies to the functions that send messages to the index writer. */
export const indexQueueEnv = ['INDEX_QUEUE_URL'] as const;

/** What it supplies to the function that submits documents. */
export const submitEnv = ['KNOWLEDGE_TABLE', 'KNOWLEDGE_BUCKET', ...indexQueueEnv] as const;

/** What it supplies to the functions that add file documents. */
export const storeFileEnv = ['KNOWLEDGE_TABLE', 'KNOWLEDGE_BUCKET', 'PARSE_QUEUE_URL'] as const;

/** What it supplies to the function by which people keep their file documents. */
export const libraryEnv = [...storeFileEnv, ...indexQueueEnv] as const;

/** What it supplies to the function that writes the index. `EMBED_QUEUE_URL` is empty without an embedder. */
export const writeEnv = [
  'KNOWLEDGE_TABLE',
  'KNOWLEDGE_BUCKET',
  'KNOWLEDGE_INDEX_URI',
  'EMBED_QUEUE_URL',
] as const;

/**
 * What it supplies to the functions that search, and to the one that makes vectors, which is deployed only with an
 * embedder. `EMBEDDING_MODEL` and `EMBED_QUEUE_URL` are empty without an embedder; `EMBEDDING_BASE_URL` is empty for
 * OpenAI's own address. By the index queue they tell the index writer of a lost index.
 */
export const searchEnv = [
  'KNOWLEDGE_TABLE',
  'KNOWLEDGE_INDEX_URI',
  'EMBEDDING_MODEL',
  'EMBEDDING_BASE_URL',
  'EMBED_QUEUE_URL',
  'SECRETS_PREFIX',
  ...indexQueueEnv,
] as const;

/** What the infrastructure of the scraper supplies to the function that writes the index, besides `writeEnv`. */
export const relearnEnv = ['RELEARN_QUEUE_URL'] as const;
