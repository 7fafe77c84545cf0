import { CallerError } from '../../platform/errors.ts';
import type { DocumentId, WorkspaceId } from '../../platform/ids.ts';
import type { LibraryEffects } from '../effects.ts';
import { blobKey } from './file-row-store.ts';
import { getFileDocument } from './file-store.ts';

/** A browser follows at once. */
const linkSeconds = 60;

/** What browsers show without running anything of it in the page. */
const shown = /^(?:application\/pdf|text\/plain|image\/(?:png|jpeg|gif|webp))$/;

/** A link to the file, which browsers show or store. Throws `not_found`. */
export async function openDocument(
  workspace: WorkspaceId,
  id: DocumentId,
  effects: Pick<LibraryEffects, 'knowledge' | 'presigner'>,
): Promise<string> {
  const document = await getFileDocument(workspace, id, effects);
  if (!document)
    throw new CallerError('not_found', 'there is no such file: it may have been replaced or removed');
  const { filename, mediaType: contentType } = document;
  const options = { filename, contentType, inline: shown.test(contentType), seconds: linkSeconds };
  return effects.presigner.read(blobKey(workspace, document.id), options);
}
