import { CallerError } from '../../platform/errors.ts';
import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { LibraryEffects } from '../effects.ts';
import type { FileDocument } from './file-row-store.ts';
import { getFileDocument, listFileDocuments } from './file-store.ts';
import { type AwaitedUpload, getUpload, listUploads } from './upload-store.ts';

type FindEffects = Pick<LibraryEffects, 'knowledge' | 'clock'>;

/** The document, also one whose bytes are still to come. Throws `not_found`. */
export async function findDocument(
  workspace: WorkspaceId,
  id: DocumentId,
  effects: FindEffects,
): Promise<FileDocument> {
  const upload = await getUpload(workspace, id, effects);
  const document = upload ? withoutBytes(upload) : await getFileDocument(workspace, id, effects);
  if (!document) throw new CallerError('not_found', `there is no document ${id}`);
  return document;
}

/** Those of the mode, without one of the workspace, the newest first. */
export async function findDocuments(
  workspace: WorkspaceId,
  mode: ModeName | undefined,
  effects: FindEffects,
): Promise<FileDocument[]> {
  const [documents, uploads] = await Promise.all([
    listFileDocuments(workspace, mode, effects),
    listUploads(workspace, effects),
  ]);
  const awaited = uploads.filter(upload => mode === undefined || upload.mode === mode).map(withoutBytes);
  return [...documents, ...awaited].sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
}

const withoutBytes = (upload: AwaitedUpload): FileDocument => ({
  ...upload,
  claims: [upload.id],
  sha256: '',
  size: 0,
  state: 'pending',
  progress: 0,
  step: 'waiting for its bytes',
  attempt: '',
  attempts: 0,
  failedPages: [],
  notes: [],
});
