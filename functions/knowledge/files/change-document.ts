import { isoTime } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { LibraryEffects } from '../effects.ts';
import type { FileDocument } from './file-row-store.ts';
import { changeFile } from './file-store.ts';

/** `null` takes away, `undefined` leaves as it is. */
export interface DocumentChange {
  readonly title?: string | null | undefined;
  readonly tag?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
}

/**
 * Changes what its owner says of the document. A new title is read into the index. Throws `conflict` where it is gone.
 */
export async function changeDocument(
  workspace: WorkspaceId,
  document: FileDocument,
  change: DocumentChange,
  effects: LibraryEffects,
): Promise<FileDocument> {
  const said = Object.entries(change).filter(([, value]) => value !== undefined);
  if (said.length === 0) return document;
  const set = Object.fromEntries(said.map(([name, value]) => [name, value ?? undefined]));
  const changed = await update(workspace, document, set, effects);
  return change.title === undefined ? changed : readAgain(workspace, changed, effects);
}

/** Has the document read anew, by whatever reads such files today. What the index has of it answers meanwhile. */
export async function readAgain(
  workspace: WorkspaceId,
  document: FileDocument,
  effects: LibraryEffects,
): Promise<FileDocument> {
  const fresh = {
    state: 'pending',
    progress: 0,
    step: '',
    error: undefined,
    attempts: 0,
    attempt: effects.ids.uuid(),
  };
  const changed = await update(workspace, document, fresh, effects);
  await effects.parseQueue.send({ kind: 'parse', workspace, document: document.id });
  return changed;
}

async function update(
  workspace: WorkspaceId,
  document: FileDocument,
  set: Readonly<Record<string, unknown>>,
  effects: LibraryEffects,
): Promise<FileDocument> {
  const changed = await changeFile(
    workspace,
    document,
    { ...set, updatedAt: isoTime(effects.clock.now()) },
    effects,
  );
  if (!changed) throw new CallerError('conflict', `the document ${document.id} is not there any more`);
  return changed;
}
