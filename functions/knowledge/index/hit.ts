import type { ChunkId, DocumentId, SubmissionId } from '../../platform/ids.ts';
import type { Chunk } from '../documents/document.ts';

/** A chunk that a search has found. */
export interface Hit extends Omit<Chunk, 'position'> {
  chunkId: ChunkId;
  documentId: DocumentId;
  version: SubmissionId;
  url: string;
  title: string;
  /** Higher is better. Scores can be compared within one search only. */
  score: number;
}
