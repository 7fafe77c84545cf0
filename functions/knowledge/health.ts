import type { KnowledgeEffects } from './effects.ts';

/** Which index and embedder answer questions. Touches neither, so asking costs nothing. */
export const indexHealth = async (
  effects: Pick<KnowledgeEffects, 'index'>,
): Promise<{ index: string; embedder: string }> => ({
  index: effects.index.name,
  embedder: 'none (lexical ranking)',
});
