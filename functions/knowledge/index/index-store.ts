import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import type { Chunk } from '../documents/document.ts';
import type { Hit } from './hit.ts';
import type { IndexCondition } from './damage.ts';
import type { VectorStore } from './vector-store.ts';

/** One version of a document, ready to be searched. */
export interface IndexedDocument {
  id: DocumentId;
  version: SubmissionId;
  url: string;
  title: string;
  modes: readonly ModeName[];
  chunks: readonly Chunk[];
}

/** The changes of one commit. A document is named at most once. */
export interface IndexChange {
  /** Documents to write. Each replaces every earlier version. */
  put: readonly IndexedDocument[];
  remove: readonly DocumentId[];
}

export interface IndexQuery {
  mode: ModeName;
  text: string;
  /** At most so many hits: 1 to 200. */
  limit: number;
}

export interface IndexReading {
  mode: ModeName;
  documents: readonly DocumentId[];
  /** At most so many chunks. */
  limit: number;
}

export interface IndexSampling {
  mode: ModeName;
  /** At most so many chunks: 1 to 200. */
  limit: number;
}

export interface IndexStats {
  chunks: number;
  /** Chunks that no index covers. Searches find them, but slowly, until `optimize` has run. */
  unindexedChunks: number;
  /** Pieces in which the chunks are stored. Many small ones slow a search down until `optimize` has run. */
  fragments: number;
}

/**
 * The searchable chunks of each workspace. A workspace has one writer at a time, and any number of readers in any
 * process. Ids are checked: one that could lead out of its workspace is an error. A damaged index throws
 * `IndexDamaged`.
 */
export interface IndexStore {
  /** The name and version, for `/api/health`. */
  readonly name: string;
  /** Applies all of the change or nothing; readers see it at once. Idempotent. */
  write(workspace: WorkspaceId, change: IndexChange): Promise<void>;
  /**
   * Best first. Empty for an unknown workspace, and for text without a letter or digit; never fails for what the text
   * says.
   */
  search(workspace: WorkspaceId, query: IndexQuery): Promise<Hit[]>;
  /**
   * The text of documents, in the order named and from their beginnings, with a score of 0. Documents of another mode
   * are left out.
   */
  read(workspace: WorkspaceId, reading: IndexReading): Promise<Hit[]>;
  /**
   * Some chunks of the mode, those that are cheapest to read, with a score of 0. For learning how its documents are
   * written.
   */
  sample(workspace: WorkspaceId, sampling: IndexSampling): Promise<Hit[]>;
  /** Brings the index up to date with the writes, and drops versions that no reader can still use. */
  optimize(workspace: WorkspaceId): Promise<void>;
  stats(workspace: WorkspaceId): Promise<IndexStats>;
  /** Whether the workspace has an index, damaged or not. */
  isThere(workspace: WorkspaceId): Promise<boolean>;
  /**
   * Checks the index itself, without anything that this process remembers. Throws when it can not be reached, which
   * proves nothing.
   */
  check(workspace: WorkspaceId): Promise<IndexCondition>;
  /** Deletes the workspace's index with its vectors, and begins an empty one. For an index that is lost. */
  beginAnew(workspace: WorkspaceId): Promise<void>;
  /** The vectors of an embedder. Not used without one. */
  readonly vectors: VectorStore;
  /** Closes its connections. For tests and commands. */
  close(): Promise<void>;
}
