export { chunkDocument } from './documents/chunk.ts';
export type { Block, Chunk, LearnedDocument } from './documents/document.ts';
export {
  type IndexQueueEffects,
  type LibraryEffects,
  libraryEffects,
  type StoreFileEffects,
  storeFileEffects,
  type SearchEffects,
  type SubmitEffects,
  searchEffects,
  submitEffects,
} from './effects.ts';
export { libraryEnv, searchEnv, storeFileEnv, submitEnv } from './env.ts';
export { indexHealth, type RankingHealth } from './health.ts';
export { type IndexMessage, relearnMessageSchema } from './documents/messages.ts';
export { knowledgeCondition, requestIndexCheck, unlessDamaged } from './index/condition.ts';
export { nothingFits } from './retrieval/fit.ts';
export {
  type DocumentChoice,
  passagesOf,
  type Retrieval,
  type Retrieved,
  retrieve,
} from './retrieval/retrieve.ts';
export { embedderFailingSince } from './retrieval/nearest.ts';
export { searchableDocuments } from './documents/searchable.ts';
export { markerReached } from './documents/store.ts';
export {
  forgetMode,
  removeDocuments,
  removeFileDocuments,
  requestMarker,
  type Submitted,
  submitDocuments,
  takeFromMode,
} from './documents/submit.ts';
export { decodeHtml } from './parse/encoding/decode.ts';
export { type ExtractedPage, extractPage, languageOfText } from './parse/html/extract.ts';
export type { DocumentModes } from './files/document-modes.ts';
export { harmlessName } from './files/file-name.ts';
export type { FileDocument } from './files/file-row-store.ts';
export { hasFileDocuments, listFileDocuments, storeFile } from './files/file-store.ts';
export { readRobotsTags } from './parse/html/robots-directives.ts';
export { beginsPage, headLength, isText, signedType } from './parse/signatures.ts';
export { toMarkdown } from './parse/markdown.ts';
export { textToBlocks } from './parse/text.ts';
