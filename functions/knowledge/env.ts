/** What the infrastructure supplies to every function that submits to, writes or reads the knowledge. */
export const knowledgeEnv = [
  'KNOWLEDGE_TABLE',
  'KNOWLEDGE_BUCKET',
  'KNOWLEDGE_INDEX_URI',
  'INDEX_QUEUE_URL',
] as const;
