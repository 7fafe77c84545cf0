import { openArchive, unpackWhole } from './archive.ts';

/** What a ZIP archive is: a document of Office, one of another program, or nothing but files. */
export type ArchiveType = 'docx' | 'xlsx' | 'pptx' | 'zip' | OtherArchive;
export type OtherArchive = 'xlsb' | 'odt' | 'ods' | 'odp' | 'epub' | 'iwork';

/** The content types of the main part, by which Office knows its files, with and without macros, or as templates. */
const mainParts: readonly (readonly [ArchiveType, RegExp])[] = [
  ['docx', /wordprocessingml\.(?:document|template)\.main\+xml|ms-word\.(?:document|template)\.macroEnabled/],
  ['xlsb', /ms-excel\.sheet\.binary/],
  ['xlsx', /spreadsheetml\.(?:sheet|template)\.main\+xml|ms-excel\.(?:sheet|template)\.macroEnabled/],
  [
    'pptx',
    /presentationml\.(?:presentation|template|slideshow)\.main\+xml|ms-powerpoint\.(?:presentation|template|slideshow)\.macroEnabled/,
  ],
];

const byMediaType: ReadonlyMap<string, ArchiveType> = new Map([
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/epub+zip', 'epub'],
]);

/** In bytes. Longer lists of parts are no document's. */
const longestList = 4 * 1024 * 1024;

/** Looks into the archive. Throws `UnreadableFile` for one that is damaged or breaks a limit. */
export async function archiveType(path: string): Promise<ArchiveType> {
  await using archive = await openArchive(path);
  const contentTypes = '[Content_Types].xml';
  if (archive.has(contentTypes) && archive.sizeOf(contentTypes) <= longestList) {
    const parts = (await unpackWhole(archive, contentTypes)).toString();
    const found = mainParts.find(([, name]) => name.test(parts));
    if (found) return found[0];
  }
  if (archive.sizeOf('mimetype') > 0 && archive.sizeOf('mimetype') < 100) {
    const found = byMediaType.get((await unpackWhole(archive, 'mimetype')).toString('latin1').trim());
    if (found) return found;
  }
  return archive.has('Index/Document.iwa') ? 'iwork' : 'zip';
}
