import type { ChunkId, DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { IndexCondition } from './damage.ts';
import type { Hit } from './hit.ts';

export interface VectorQuery {
  mode: ModeName;
  vector: Float32Array;
  /** At most so many hits: 1 to 200. */
  limit: number;
}

/** A chunk that awaits its vector: where it is and the text to embed. */
export interface VectorWork {
  readonly chunkId: ChunkId;
  readonly documentId: DocumentId;
  readonly version: string;
  readonly modes: readonly string[];
  /** Title, headings and text: the same that is searched by words. */
  readonly text: string;
}

export interface VectorRow extends Omit<VectorWork, 'text'> {
  /** Of the text: two chunks of the same text share a vector. */
  readonly digest: string;
  /** Undefined: the embedder takes no such text. The row keeps it from being tried again. */
  readonly vector: Float32Array | undefined;
}

export interface VectorDifference {
  /** Chunks that have no vector of their current version. */
  readonly missing: readonly ChunkId[];
  /** Vectors whose chunk is gone. */
  readonly surplus: readonly ChunkId[];
}

export interface VectorStats {
  /** Of the index. */
  readonly chunks: number;
  /** Of them, with a vector; while documents change it may be a few more. */
  readonly embedded: number;
  /** The table was whole once, so it answers questions; later changes follow within moments. */
  readonly whole: boolean;
}

/**
 * Vectors of the chunks, a table for each embedder beside the table of the chunks. The chunks are the truth: a vector
 * whose chunk is gone or has changed is never a hit, so the two tables need not be written together. `embedder` is any
 * text that names it. What meets a damage of a table throws `IndexDamaged`.
 */
export interface VectorStore {
  /**
   * The nearest first; nothing unless the table is whole. Throws when the vector has other dimensions than the table.
   */
  search(workspace: WorkspaceId, embedder: string, query: VectorQuery): Promise<Hit[]>;
  /** Cheap where it is: known for good to the process that has seen it. */
  isWhole(workspace: WorkspaceId, embedder: string): Promise<boolean>;
  stats(workspace: WorkspaceId, embedder: string): Promise<VectorStats>;
  /**
   * Looks at the table itself, past everything that this process remembers. Throws when it can not be reached, which
   * proves nothing.
   */
  check(workspace: WorkspaceId, embedder: string): Promise<IndexCondition>;
  compare(workspace: WorkspaceId, embedder: string): Promise<VectorDifference>;
  /** Those of the chunks that are there, to be embedded. */
  readWork(workspace: WorkspaceId, chunks: readonly ChunkId[]): Promise<VectorWork[]>;
  /** Vectors that are there for texts of these digests. */
  readKnown(
    workspace: WorkspaceId,
    embedder: string,
    digests: readonly string[],
  ): Promise<ReadonlyMap<string, Float32Array>>;
  /** Idempotent. Rows of one embedder have one number of dimensions; others are an error. */
  write(workspace: WorkspaceId, embedder: string, rows: readonly VectorRow[]): Promise<void>;
  remove(workspace: WorkspaceId, embedder: string, chunks: readonly ChunkId[]): Promise<void>;
  /** Lets the table answer from now on. */
  completeTable(workspace: WorkspaceId, embedder: string): Promise<void>;
  /** Deletes the table, also one that can not be opened. */
  dropTable(workspace: WorkspaceId, embedder: string): Promise<void>;
  /** Brings its indexes up to date with the writes. */
  optimize(workspace: WorkspaceId, embedder: string): Promise<void>;
}
