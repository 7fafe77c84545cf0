/** What the infrastructure supplies to whoever has something for the index writer to do. */
export const indexQueueEnv = ['INDEX_QUEUE_URL'] as const;

/** What it supplies to the function that submits documents. */
export const submitEnv = ['KNOWLEDGE_TABLE', 'KNOWLEDGE_BUCKET', ...indexQueueEnv] as const;

/** What it supplies to the function that writes the index. `EMBED_QUEUE_URL` is empty without an embedder. */
export const writeEnv = [
  'KNOWLEDGE_TABLE',
  'KNOWLEDGE_BUCKET',
  'KNOWLEDGE_INDEX_URI',
  'EMBED_QUEUE_URL',
] as const;

/**
 * What it supplies to the function that makes vectors, which is there only with an embedder, and to those that find
 * passages. `EMBEDDING_MODEL` and `EMBED_QUEUE_URL` are empty without an embedder; `EMBEDDING_BASE_URL` is empty for
 * OpenAI's own address.
 */
export const embedEnv = [
  'KNOWLEDGE_TABLE',
  'KNOWLEDGE_INDEX_URI',
  'EMBEDDING_MODEL',
  'EMBEDDING_BASE_URL',
  'EMBED_QUEUE_URL',
  'SECRETS_PREFIX',
] as const;

/** The same, and where they tell the index writer of a lost index. */
export const searchEnv = [...embedEnv, ...indexQueueEnv] as const;

/** What whoever learns sites supplies to the function that writes the index, beside `writeEnv`. */
export const relearnEnv = ['RELEARN_QUEUE_URL'] as const;
