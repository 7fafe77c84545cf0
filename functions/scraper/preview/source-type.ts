/** What a source is, as far as the bytes and the declarations about it tell. */
export type SourceType = 'html' | 'text' | OtherType;
/** Files that nothing here reads yet. */
type OtherType = (typeof otherTypes)[number];

const otherTypes = ['pdf', 'docx', 'xlsx', 'pptx', 'csv', 'zip', 'image', 'binary'] as const;

const byName: ReadonlyMap<string, SourceType> = new Map([
  ...otherTypes.map(type => [type, type] as const),
  ['html', 'html'],
  ['htm', 'html'],
  ['xhtml', 'html'],
  ['txt', 'text'],
  ['text', 'text'],
  ['png', 'image'],
  ['jpg', 'image'],
  ['jpeg', 'image'],
  ['tif', 'image'],
  ['tiff', 'image'],
]);

const byMediaType: ReadonlyMap<string, SourceType> = new Map([
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['text/plain', 'text'],
  ['text/csv', 'csv'],
  ['application/pdf', 'pdf'],
  ['application/zip', 'zip'],
]);

/** The type of this name (`html`, `txt`, `pdf` and others); undefined for an unknown one. */
export const typeNamed = (name: string): SourceType | undefined => byName.get(name.toLowerCase());

const magic: readonly (readonly [SourceType, string])[] = [
  ['pdf', '%PDF-'],
  ['zip', 'PK\u0003\u0004'],
  ['image', '\u0089PNG'],
  ['image', '\u00ff\u00d8\u00ff'],
  ['image', 'GIF8'],
  ['image', 'II*\u0000'],
  ['image', 'MM\u0000*'],
];
/** In bytes: as much as decides on a type. */
const beginning = 1_024;

/**
 * The type of a source: by its first bytes where they leave no doubt, else by its media type, else by the ending of its
 * name. What begins with a tag is HTML, all else text.
 */
export function typeOf(bytes: Uint8Array, contentType: string | undefined, path: string): SourceType {
  const start = Buffer.from(bytes.subarray(0, beginning)).toString('latin1');
  const seen = magic.find(([, signature]) => start.startsWith(signature))?.[0];
  if (seen) return seen;
  const declared = byMediaType.get((contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '');
  if (declared) return declared;
  // UTF-16 has zero bytes too, and begins with its mark where it is a text.
  if (start.includes('\u0000') && !/^(?:\u00ff\u00fe|\u00fe\u00ff)/.test(start)) return 'binary';
  if (/^(?:\u00ef\u00bb\u00bf)?\s*<[!?a-z]/i.test(start)) return 'html';
  return typeNamed(/\.(\w+)$/.exec(path)?.[1] ?? '') ?? 'text';
}
