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

/** What one commit does to the index. A document is named at most once. */
export interface IndexChange {
  /** Take the place of every earlier version. */
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
  /** Found by every search, but slowly, until `optimize` has run. */
  unindexedChunks: number;
  /** Pieces that the chunks are stored in; many small ones slow a search down until `optimize` has run. */
  fragments: number;
}

/**
 * The searchable chunks, apart for each workspace. One writer a workspace at a time; any number of readers, in any
 * process. Ids are checked: one that could leave its workspace is an error. What meets a damage of the index throws
 * `IndexDamaged`.
 */
export interface IndexStore {
  /** With version, as `/api/health` shows it. */
  readonly name: string;
  /** All of the change or nothing, seen at once by readers. Idempotent. */
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
  /** Some chunks of the mode, whichever cost least to read, with a score of 0: to know how its documents speak. */
  sample(workspace: WorkspaceId, sampling: IndexSampling): Promise<Hit[]>;
  /** Brings the index up to date with the writes and drops what no reader can still be using. */
  optimize(workspace: WorkspaceId): Promise<void>;
  stats(workspace: WorkspaceId): Promise<IndexStats>;
  /** Whether the workspace has an index now, damaged or not. */
  isThere(workspace: WorkspaceId): Promise<boolean>;
  /**
   * Looks at the index itself, past everything that this process remembers. Throws when it can not be reached, which
   * proves nothing.
   */
  check(workspace: WorkspaceId): Promise<IndexCondition>;
  /** Throws the index of the workspace away, its vectors too, and begins an empty one. For one that is lost. */
  beginAnew(workspace: WorkspaceId): Promise<void>;
  /** What an embedder adds: untouched without one. */
  readonly vectors: VectorStore;
  /** Ends its connections; for tests and commands. */
  close(): Promise<void>;
}
