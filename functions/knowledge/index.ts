export type { Block, Chunk, LearnedDocument } from './document.ts';
export { type KnowledgeEffects, knowledgeEffects } from './effects.ts';
export { knowledgeEnv } from './env.ts';
export { indexHealth } from './health.ts';
export { markerReached, requestMarker } from './marker.ts';
export type { IndexMessage } from './messages.ts';
export { type DocumentChoice, passagesOf, type Question, type Retrieved, retrieve } from './retrieve.ts';
export { searchableDocuments } from './searchable.ts';
export { removeDocuments, type Submitted, submitDocuments } from './submit.ts';
