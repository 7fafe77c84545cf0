import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isoTime } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { PresignedForm } from '../../platform/aws/presign.ts';
import { readAgain } from './change-document.ts';
import type { LibraryEffects, ParseEffects } from '../effects.ts';
import { type DocumentTier, largestFile, requireRoom, requireSize } from './file-limits.ts';
import type { FileDocument, NewFile } from './file-row-store.ts';
import { getFileDocument, listFileDocuments, storeFile } from './file-store.ts';
import {
  type AwaitedUpload,
  deleteUpload,
  getUpload,
  listUploads,
  putUpload,
  uploadKey,
} from './upload-store.ts';

/** What its owner says of a file that is uploaded. */
export type UploadedFile = Pick<
  NewFile,
  'filename' | 'mediaType' | 'title' | 'description' | 'tag' | 'tags' | 'createdBy'
> & { readonly mode: ModeName };

/** The form may be used for so long. */
const formSeconds = 600;
/** Its bytes are looked for once more when no form can bring them any more. */
const lookAgainSeconds = 900;
const awaitedMs = 24 * 3600_000;

/**
 * Stores the file, and has it read. A file of the same name, mode and tag is its earlier version: it answers until the
 * new one does. The same bytes in the same mode are the document that has them. Throws `too_large`, `forbidden` when
 * the tier has no room, `bad_request` for a file without bytes.
 */
export async function addDocument(
  workspace: WorkspaceId,
  file: UploadedFile,
  bytes: Uint8Array,
  tier: DocumentTier,
  effects: LibraryEffects,
): Promise<FileDocument> {
  if (bytes.byteLength === 0) throw new CallerError('bad_request', `${file.filename} is empty`);
  requireSize(bytes.byteLength, file.filename);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { same, replaces } = await roomFor(workspace, file, sha256, tier, effects);
  if (same) return same.state === 'failed' ? readAgain(workspace, same, effects) : same;
  const directory = await mkdtemp(join(tmpdir(), 'upload-'));
  try {
    const path = join(directory, 'file');
    await writeFile(path, bytes, { mode: 0o600 });
    const about = { ...file, id: newId(effects), source: 'uploaded', sha256, replaces } as const;
    const id = await storeFile(workspace, { ...about, size: bytes.byteLength }, path, effects);
    await effects.parseQueue.send({ kind: 'parse', workspace, document: id });
    const document = await getFileDocument(workspace, id, effects);
    if (!document) throw new CallerError('conflict', `${file.filename} was deleted while it was added`);
    return document;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Announces a file that is too large for a request: its bytes come by the returned form. Tell `takeUpload` when they
 * are there; it is told by itself when nobody does.
 */
export async function announceUpload(
  workspace: WorkspaceId,
  file: UploadedFile,
  tier: DocumentTier,
  effects: LibraryEffects,
): Promise<{ id: DocumentId; form: PresignedForm }> {
  const { replaces } = await roomFor(workspace, file, undefined, tier, effects);
  const id = newId(effects);
  const now = effects.clock.now();
  const upload = { ...file, id, source: 'uploaded', replaces, createdAt: isoTime(now) } as const;
  // First the message: a form that somebody has is one that is looked after.
  await effects.parseQueue.send(
    { kind: 'uploaded', workspace, document: id },
    { delaySeconds: lookAgainSeconds },
  );
  await putUpload(workspace, upload, now + awaitedMs, effects);
  const form = await effects.presigner.upload(uploadKey(workspace, id), {
    contentType: file.mediaType,
    maxBytes: largestFile,
    seconds: formSeconds,
  });
  return { id, form };
}

/** Makes a document of the bytes that came by the form. False where none have come. */
export async function takeUpload(
  workspace: WorkspaceId,
  id: DocumentId,
  effects: ParseEffects,
): Promise<DocumentId | undefined> {
  const upload = await getUpload(workspace, id, effects);

  if (!upload) {
    // The mode or the document was deleted before its bytes came.
    await effects.documents.delete(uploadKey(workspace, id));
    return undefined;
  }
  const directory = await mkdtemp(join(tmpdir(), 'upload-'));
  try {
    const path = join(directory, 'file');
    const size = await effects.documents.getFile(uploadKey(workspace, id), path);
    if (size === undefined) {
      const age = effects.clock.now() - Date.parse(upload.createdAt);
      // Nobody can send it any more: it takes up no room.
      if (age > lookAgainSeconds * 1000 - 5_000) await deleteUpload(workspace, id, effects);
      return undefined;
    }
    const sha256 = await hashOf(path);
    const { createdAt: _, ...about } = upload;
    const stored = await storeFile(workspace, { ...about, sha256, size }, path, effects);
    await effects.documents.delete(uploadKey(workspace, id));
    await deleteUpload(workspace, id, effects);
    return stored;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function hashOf(path: string): Promise<string> {
  const { createReadStream } = await import('node:fs');
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/**
 * The document of the mode that has these bytes already; else those that the file replaces. Throws `forbidden` where
 * there is no room for one more.
 */
async function roomFor(
  workspace: WorkspaceId,
  { mode, tag, filename }: UploadedFile,
  sha256: string | undefined,
  tier: DocumentTier,
  effects: LibraryEffects,
): Promise<{ same?: FileDocument; replaces: DocumentId[] }> {
  const [documents, uploads] = await Promise.all([
    listFileDocuments(workspace, undefined, effects),
    listUploads(workspace, effects),
  ]);
  const same = documents.find(one => one.mode === mode && one.sha256 === sha256);
  if (same) return { same, replaces: [] };
  const isEarlier = (one: FileDocument | AwaitedUpload) =>
    one.source === 'uploaded' && one.mode === mode && one.tag === tag && one.filename === filename;
  const replaces = documents.filter(isEarlier).map(({ id }) => id);
  requireRoom(tier, [...documents, ...uploads.filter(one => !isEarlier(one))], replaces);
  return { replaces };
}

const newId = ({ ids }: Pick<LibraryEffects, 'ids'>) => `file-${ids.uuid()}` as DocumentId;
