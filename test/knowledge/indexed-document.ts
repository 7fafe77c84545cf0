import type { IndexedDocument } from '../../functions/knowledge/index-store.ts';
import type { DocumentId, ModeName } from '../../functions/platform/ids.ts';

export const help = 'help' as ModeName;

/** A document as an index store takes it, each text a chunk. */
export function documentOf(
  id: string,
  texts: readonly string[],
  { version = 1, modes = [help], title = '' }: { version?: number; modes?: ModeName[]; title?: string } = {},
): IndexedDocument {
  return {
    id: id as DocumentId,
    version,
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
