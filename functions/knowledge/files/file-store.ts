import { isoTime } from '../../platform/clock.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { SearchEffects, SubmitEffects, WriteEffects } from '../effects.ts';
import {
  asText,
  blobKey,
  type FileDocument,
  filesOf,
  fileRow,
  type NewFile,
  pointer,
  pointerKey,
  rowKey,
} from './file-row-store.ts';

/** Another caller changed the document again and again. */
const tries = 10;

type StoreEffects = Pick<SubmitEffects, 'knowledge' | 'documents' | 'clock'>;
type ReadEffects = Pick<SearchEffects, 'knowledge'>;

/**
 * Stores the bytes at `path` as a document of the mode, which waits to be read. Where the mode has a document of the
 * same bytes already, that one gets the id too. Returns the id of the document that has the bytes. Calling it again
 * changes nothing.
 */
export async function storeFile(
  workspace: WorkspaceId,
  file: NewFile,
  path: string,
  effects: StoreEffects,
): Promise<DocumentId> {
  const { knowledge, documents, clock } = effects;
  const key = rowKey(workspace, file.mode, file.sha256);
  for (let left = tries; left > 0; left -= 1) {
    const item = await knowledge.get(key);
    const known = item && parseItem(fileRow, item);
    if (known?.claims.includes(file.id)) return known.id;
    // First the bytes and the way to the row: whoever finds one finds the other.
    if (!known || known.claims.length === 0)
      await documents.putFile(blobKey(workspace, file.id), path, file.size, file.mediaType);
    const { mode, sha256 } = file;
    await knowledge.put({ ...pointerKey(workspace, file.id), mode, sha256 });
    if (known && known.claims.length > 0) {
      const claims = asText([...known.claims, file.id]);
      const unchanged = { condition: '#claims = :known', values: { known: asText(known.claims) } };
      if (await knowledge.update(key, { set: { claims }, ...unchanged })) return known.id;
      continue;
    }
    const row = {
      ...file,
      claims: file.id,
      state: 'pending',
      progress: 0,
      step: '',
      attempt: '',
      attempts: 0,
      error: undefined,
      failedPages: [],
      notes: [],
      createdAt: isoTime(clock.now()),
    };
    const isFree = 'attribute_not_exists(pk) or #claims = :none';
    if (await knowledge.update(key, { set: row, condition: isFree, values: { none: '' } })) return file.id;
  }
  throw new Error(`the document ${file.id} was changed by others again and again`);
}

/** Sets these of its attributes. Undefined where the document is gone. */
export async function changeFile(
  workspace: WorkspaceId,
  { mode, sha256 }: Pick<FileDocument, 'mode' | 'sha256'>,
  set: Readonly<Record<string, unknown>>,
  { knowledge }: Pick<StoreEffects, 'knowledge'>,
): Promise<FileDocument | undefined> {
  const item = await knowledge.update(rowKey(workspace, mode, sha256), {
    set,
    condition: 'attribute_exists(pk) and #claims <> :none',
    values: { none: '' },
  });
  return item && parseItem(fileRow, item);
}

/** The document that was added by this id. */
export async function getFileDocument(
  workspace: WorkspaceId,
  id: DocumentId,
  { knowledge }: ReadEffects,
): Promise<FileDocument | undefined> {
  const way = await knowledge.get(pointerKey(workspace, id));
  if (!way) return undefined;
  const { mode, sha256 } = parseItem(pointer, way);
  const item = await knowledge.get(rowKey(workspace, mode, sha256));
  const row = item && parseItem(fileRow, item);
  return row?.claims.includes(id) ? row : undefined;
}

/** The file documents of a mode; without one, of the workspace. In no order. */
export async function listFileDocuments(
  workspace: WorkspaceId,
  mode: ModeName | undefined,
  { knowledge }: ReadEffects,
): Promise<FileDocument[]> {
  const found: FileDocument[] = [];
  const prefix = mode === undefined ? '' : `${mode}~`;
  for await (const item of knowledge.query(filesOf(workspace), { prefix })) {
    const row = parseItem(fileRow, item);
    if (row.claims.length > 0) found.push(row);
  }
  return found;
}

/** Whether the mode has a file document. */
export async function hasFileDocuments(
  workspace: WorkspaceId,
  mode: ModeName,
  { knowledge }: ReadEffects,
): Promise<boolean> {
  for await (const item of knowledge.query(filesOf(workspace), { prefix: `${mode}~` }))
    if (parseItem(fileRow, item).claims.length > 0) return true;
  return false;
}

/**
 * Takes the documents out of the mode; without `ids` all of them. Bytes that were added by another id too stay until
 * that one goes. `forget` takes a document out of the index: it is called when nobody can add its bytes to it any more,
 * before they are deleted. Calling it again changes nothing, and completes a call that was cut short.
 */
export async function removeFiles(
  workspace: WorkspaceId,
  mode: ModeName,
  ids: readonly DocumentId[] | undefined,
  forget: (document: DocumentId) => Promise<void>,
  effects: Pick<WriteEffects, 'knowledge' | 'documents'>,
): Promise<void> {
  const named = ids && new Set(ids);
  const isDropped = (id: DocumentId) => named?.has(id) ?? true;
  const kept = new Set<DocumentId>();
  for await (const item of effects.knowledge.query(filesOf(workspace), { prefix: `${mode}~` })) {
    const { sha256 } = parseItem(fileRow, item);
    const left = await dropClaims(workspace, { mode, sha256, isDropped, forget }, effects);
    if (left) kept.add(left.id);
  }
  // Bytes without a row: the mode or the file was gone before the row was written.
  for (const id of named ?? []) {
    if (!kept.has(id)) await effects.documents.delete(blobKey(workspace, id));
    await effects.knowledge.delete(pointerKey(workspace, id));
  }
}

interface Dropping {
  readonly mode: ModeName;
  readonly sha256: string;
  readonly isDropped: (id: DocumentId) => boolean;
  readonly forget: (document: DocumentId) => Promise<void>;
}

/** The document, where somebody still has it. */
async function dropClaims(
  workspace: WorkspaceId,
  { mode, sha256, isDropped, forget }: Dropping,
  { knowledge, documents }: Pick<WriteEffects, 'knowledge' | 'documents'>,
): Promise<FileDocument | undefined> {
  const key = rowKey(workspace, mode, sha256);
  for (let left = tries; left > 0; left -= 1) {
    const item = await knowledge.get(key);
    if (!item) return undefined;
    const known = parseItem(fileRow, item);
    const claims = known.claims.filter(id => !isDropped(id));
    if (claims.length === known.claims.length && claims.length > 0) return known;
    const unchanged = { condition: '#claims = :known', values: { known: asText(known.claims) } };
    if (!(await knowledge.update(key, { set: { claims: asText(claims) }, ...unchanged }))) continue;
    if (claims.length > 0) return { ...known, claims };
    await forget(known.id);
    await documents.delete(blobKey(workspace, known.id));
    for (const id of known.claims) await knowledge.delete(pointerKey(workspace, id));
    // Another may have added the same bytes meanwhile: then the row is theirs.
    const isOurs = { condition: '#id = :id and #claims = :none', values: { id: known.id, none: '' } };
    await knowledge.delete(key, isOurs);
    return undefined;
  }
  throw new Error(`a document of the mode ${mode} was changed by others again and again`);
}
