import type { IndexedDocument } from '../../functions/knowledge/index/index-store.ts';
import type { DocumentId, ModeName, SubmissionId } from '../../functions/platform/ids.ts';

export const help = 'help' as ModeName;

/** A document as an index store takes it, each text a chunk. */
export function documentOf(
  id: string,
  texts: readonly string[],
  {
    version = 'first',
    modes = [help],
    title = '',
  }: { version?: string; modes?: ModeName[]; title?: string } = {},
): IndexedDocument {
  return {
    id: id as DocumentId,
    version: version as SubmissionId,
    url: `https://example.com/${id}`,
    title,
    modes,
    chunks: texts.map((text, position) => ({
      position,
      text,
      start: position * 1000,
      end: position * 1000 + text.length,
      headings: [],
    })),
  };
}
