import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { isoTime } from '../../platform/clock.ts';
import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { SubmitEffects, WriteEffects } from '../effects.ts';

const documentId = z.string().transform(id => id as DocumentId);
const modeName = z.string().transform(name => name as ModeName);

const rowSchema = z.object({
  /** Also the name of its bytes in the bucket. */
  id: documentId,
  /**
   * The ids by which it was added: the same bytes are one document. Empty while it is being removed. Kept as one text
   * with spaces, so that a write can ask whether they are unchanged.
   */
  claims: z.string().transform(text => text.split(' ').filter(id => id !== '') as DocumentId[]),
  mode: modeName,
  /** Of its bytes, as hexadecimal digits. */
  sha256: z.string(),
  state: z.enum(['pending', 'parsing', 'chunking', 'embedding', 'storing', 'completed', 'failed']),
  filename: z.string(),
  mediaType: z.string(),
  /** In bytes. */
  size: z.int(),
  source: z.enum(['discovered']),
  sourceUrl: z.string(),
  tag: z.string().optional(),
  /** ISO 8601. */
  createdAt: z.string(),
});

/** A file from which a mode shall answer. Its bytes are in the bucket. */
export type FileDocument = z.output<typeof rowSchema>;

export type NewFile = Pick<
  FileDocument,
  'id' | 'mode' | 'sha256' | 'filename' | 'mediaType' | 'size' | 'sourceUrl'
> & { readonly tag?: string | undefined };

const asText = (claims: readonly DocumentId[]): string => claims.join(' ');

const filesOf = (workspace: WorkspaceId) => `WS#${workspace}#FILES`;
const rowKey = (workspace: WorkspaceId, mode: ModeName, sha256: string) => ({
  pk: filesOf(workspace),
  sk: `${mode}~${sha256}`,
});
const blobKey = (workspace: WorkspaceId, id: DocumentId) => `${workspace}/files/${id}`;

/** Another caller changed the document again and again. */
const tries = 10;

/**
 * Stores the bytes at `path` as a document of the mode, which waits to be parsed. Where the mode has a document of the
 * same bytes already, that one gets the id too. Calling it again changes nothing.
 */
export async function storeFile(
  workspace: WorkspaceId,
  file: NewFile,
  path: string,
  { knowledge, documents, clock }: Pick<SubmitEffects, 'knowledge' | 'documents' | 'clock'>,
): Promise<void> {
  const key = rowKey(workspace, file.mode, file.sha256);
  for (let left = tries; left > 0; left -= 1) {
    const item = await knowledge.get(key);
    const known = item && parseItem(rowSchema, item);
    if (known?.claims.includes(file.id)) return;
    if (known && known.claims.length > 0) {
      const set = { claims: asText([...known.claims, file.id]) };
      if (
        await knowledge.update(key, {
          set,
          condition: '#claims = :known',
          values: { known: asText(known.claims) },
        })
      )
        return;
      continue;
    }
    // First the bytes: whoever finds the row finds them too.
    await documents.putFile(blobKey(workspace, file.id), path, file.size, file.mediaType);
    const row = {
      ...file,
      claims: file.id,
      state: 'pending',
      source: 'discovered',
      createdAt: isoTime(clock.now()),
    };
    const isFree = 'attribute_not_exists(pk) or #claims = :none';
    if (await knowledge.update(key, { set: row, condition: isFree, values: { none: '' } })) return;
  }
  throw new Error(`the document ${file.id} was changed by others again and again`);
}

/** The file documents of a mode, in no order. */
export async function listFileDocuments(
  workspace: WorkspaceId,
  mode: ModeName,
  { knowledge }: Pick<WriteEffects, 'knowledge'>,
): Promise<FileDocument[]> {
  const found: FileDocument[] = [];
  for await (const item of knowledge.query(filesOf(workspace), { prefix: `${mode}~` }))
    found.push(parseItem(rowSchema, item));
  return found;
}

/**
 * Takes the documents out of the mode; without `ids` all of them. Bytes that were added by another id too stay until
 * that one goes. Calling it again changes nothing, and completes a call that was cut short.
 */
export async function removeFiles(
  workspace: WorkspaceId,
  mode: ModeName,
  ids: readonly DocumentId[] | undefined,
  effects: Pick<WriteEffects, 'knowledge' | 'documents'>,
): Promise<void> {
  const gone = new Set(ids);
  const kept = new Set<DocumentId>();
  for (const { sha256 } of await listFileDocuments(workspace, mode, effects)) {
    const left = await dropClaims(workspace, mode, sha256, id => ids === undefined || gone.has(id), effects);
    if (left) kept.add(left.id);
  }
  // Bytes without a row: the mode or the file was gone before the row was written.
  for (const id of gone) if (!kept.has(id)) await effects.documents.delete(blobKey(workspace, id));
}

/** The document, where somebody still has it. */
async function dropClaims(
  workspace: WorkspaceId,
  mode: ModeName,
  sha256: string,
  isDropped: (id: DocumentId) => boolean,
  { knowledge, documents }: Pick<WriteEffects, 'knowledge' | 'documents'>,
): Promise<FileDocument | undefined> {
  const key = rowKey(workspace, mode, sha256);
  for (let left = tries; left > 0; left -= 1) {
    const item = await knowledge.get(key);
    if (!item) return undefined;
    const known = parseItem(rowSchema, item);
    const claims = known.claims.filter(id => !isDropped(id));
    if (claims.length === known.claims.length && claims.length > 0) return known;
    const unchanged = { condition: '#claims = :known', values: { known: asText(known.claims) } };
    if (!(await knowledge.update(key, { set: { claims: asText(claims) }, ...unchanged }))) continue;
    if (claims.length > 0) return { ...known, claims };
    await documents.delete(blobKey(workspace, known.id));
    // Another may have added the same bytes meanwhile: then the row is theirs.
    const isOurs = { condition: '#id = :id and #claims = :none', values: { id: known.id, none: '' } };
    await knowledge.delete(key, isOurs);
    return undefined;
  }
  throw new Error(`a document of the mode ${mode} was changed by others again and again`);
}
