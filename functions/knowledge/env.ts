/**
 * What the infrastructure supplies to every function that submits to, writes or reads the knowledge. `EMBEDDING_MODEL` is empty without an
 * embedder, and so is `EMBED_QUEUE_URL` then; `EMBEDDING_BASE_URL` is empty for OpenAI's own address.
 */
export const knowledgeEnv = [
  'KNOWLEDGE_TABLE',
  'KNOWLEDGE_BUCKET',
  'KNOWLEDGE_INDEX_URI',
  'INDEX_QUEUE_URL',
  'EMBEDDING_MODEL',
  'EMBEDDING_BASE_URL',
  'EMBED_QUEUE_URL',
  'SECRETS_PREFIX',
] as const;
