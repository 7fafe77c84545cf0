import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import type { WriteEffects } from '../effects.ts';
import type { IndexedDocument } from '../index/index-store.ts';
import { documentsOfMode, type ModeDocument, putLeft } from './store.ts';

/** A document that leaves a mode. */
export interface LeftDocument {
  readonly id: DocumentId;
  /** The version that was current when the document was read, and the version that replaces it. */
  readonly from: SubmissionId;
  readonly version: SubmissionId;
  /** The modes that still have it. When there are none, the document is removed. */
  readonly modes: readonly ModeName[];
  /** The document as the index shall have it. Absent when it is removed. */
  readonly put?: IndexedDocument;
}

/** One request to the index lists so many ids. */
const documentsAtOnce = 200;
/** More chunks than any document has. */
const everyChunk = 20_000;

/**
 * The documents of the mode, or those of it that are named, in groups of at most so many chunks, with what the index
 * shall have instead. Settle each group after it is written. After a crash in between, the same documents are found
 * again. A document that waits in the queue for several modes stays as it is.
 */
export async function* leavingMode(
  workspace: WorkspaceId,
  { mode, documents }: { mode: ModeName; documents?: readonly DocumentId[] | undefined },
  chunks: number,
  effects: WriteEffects,
): AsyncGenerator<LeftDocument[], void, undefined> {
  let group: LeftDocument[] = [];
  let size = 0;
  // Read first as a whole: settling a group changes the rows.
  for (const document of await Array.fromAsync(documentsOfMode(workspace, mode, effects, documents))) {
    const left = await leftBy(workspace, mode, document, effects);
    if (!left) continue;
    group.push(left);
    size += left.put?.chunks.length ?? 0;
    if (group.length < documentsAtOnce && size < chunks) continue;
    yield group;
    group = [];
    size = 0;
  }
  if (group.length > 0) yield group;
}

/** Makes what was written the current version of the documents. */
export async function settleLeft(
  workspace: WorkspaceId,
  left: readonly LeftDocument[],
  effects: WriteEffects,
): Promise<void> {
  await Promise.all(
    left.map(({ id, from, version: to, modes }) => putLeft(workspace, { id, from, to, modes }, effects)),
  );
}

async function leftBy(
  workspace: WorkspaceId,
  mode: ModeName,
  { id, version: from, url, title, modes: all }: ModeDocument,
  effects: WriteEffects,
): Promise<LeftDocument | undefined> {
  const modes = all.filter(other => other !== mode);
  const version = effects.ids.uuid() as SubmissionId;
  if (modes.length === 0) return { id, from, version, modes };
  const found = await effects.index.read(workspace, { mode, documents: [id], limit: everyChunk });
  if (found.length === 0 || found[0]?.version !== from) return undefined;
  const chunks = found.map(({ text, start, end, headings, anchor, page }, position) => ({
    position,
    text,
    start,
    end,
    headings,
    ...(anchor === undefined ? {} : { anchor }),
    ...(page === undefined ? {} : { page }),
  }));
  return { id, from, version, modes, put: { id, version, url, title, modes, chunks } };
}
