import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';

/** What documents must know of modes, and tell them. Modes belong to the assistant. */
export interface DocumentModes {
  /** Throws `not_found` when the workspace has no such mode, `bad_request` when the mode has no such tag. */
  mustExist(workspace: WorkspaceId, mode: ModeName, tag?: string): Promise<void>;
  /** The ids of the documents that every answer of some mode of the workspace takes into account. */
  alwaysIncluded(workspace: WorkspaceId): Promise<ReadonlySet<DocumentId>>;
  /**
   * Adds the document to those of the mode, or takes it from them. Throws `bad_request` when the mode has too many.
   */
  alwaysInclude(
    workspace: WorkspaceId,
    mode: ModeName,
    document: DocumentId,
    on: boolean,
    actor: string,
  ): Promise<void>;
}
