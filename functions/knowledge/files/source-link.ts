import type { WorkspaceId } from '../../platform/ids.ts';
import type { FileDocument } from './file-row-store.ts';

/**
 * The address by which answers cite the file: where it was found, or the path at which this deployment shows an upload.
 * Nobody can guess the id in it, so whoever has the path has got it from an answer.
 */
export const sourceLink = (
  workspace: WorkspaceId,
  { id, filename, sourceUrl }: Pick<FileDocument, 'id' | 'filename' | 'sourceUrl'>,
): string => (sourceUrl === '' ? `/documents/${workspace}/${id}/${encodeURIComponent(filename)}` : sourceUrl);
