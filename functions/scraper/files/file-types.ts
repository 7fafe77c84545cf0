/** A kind of file that a site offers for download. */
export interface FileType {
  /** Lower-case, without its dot. */
  readonly extension: string;
  /** For people. */
  readonly label: string;
  /** Lower-case media types by which servers name it. */
  readonly mediaTypes: readonly string[];
}

const openXml = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';

const fileTypes: readonly FileType[] = [
  { extension: 'pdf', label: 'PDF document', mediaTypes: ['application/pdf', 'application/x-pdf'] },
  { extension: 'docx', label: 'Word document', mediaTypes: [`${openXml}.wordprocessingml.document`] },
  { extension: 'doc', label: 'Word document', mediaTypes: ['application/msword'] },
  { extension: 'xlsx', label: 'Excel spreadsheet', mediaTypes: [`${openXml}.spreadsheetml.sheet`] },
  { extension: 'xls', label: 'Excel spreadsheet', mediaTypes: ['application/vnd.ms-excel'] },
  {
    extension: 'pptx',
    label: 'PowerPoint presentation',
    mediaTypes: [`${openXml}.presentationml.presentation`],
  },
  { extension: 'ppt', label: 'PowerPoint presentation', mediaTypes: ['application/vnd.ms-powerpoint'] },
  { extension: 'csv', label: 'CSV table', mediaTypes: ['text/csv', 'application/csv'] },
  { extension: 'txt', label: 'Text file', mediaTypes: ['text/plain'] },
  { extension: 'rtf', label: 'Rich text document', mediaTypes: ['application/rtf', 'text/rtf'] },
  { extension: 'odt', label: 'OpenDocument text', mediaTypes: [`${openDocument}.text`] },
  { extension: 'ods', label: 'OpenDocument spreadsheet', mediaTypes: [`${openDocument}.spreadsheet`] },
  { extension: 'odp', label: 'OpenDocument presentation', mediaTypes: [`${openDocument}.presentation`] },
  { extension: 'epub', label: 'E-book', mediaTypes: ['application/epub+zip'] },
  {
    extension: 'zip',
    label: 'ZIP archive',
    mediaTypes: ['application/zip', 'application/x-zip-compressed', 'application/x-zip'],
  },
  {
    extension: 'rar',
    label: 'RAR archive',
    mediaTypes: ['application/vnd.rar', 'application/x-rar-compressed'],
  },
  { extension: 'json', label: 'JSON data', mediaTypes: ['application/json'] },
  { extension: 'xml', label: 'XML data', mediaTypes: ['application/xml', 'text/xml'] },
];

const byExtension = new Map(fileTypes.map(type => [type.extension, type]));
const byMediaType = new Map(fileTypes.flatMap(type => type.mediaTypes.map(name => [name, type])));

/** The ending of the address's last name, lower-case, without its dot. Undefined where it has none. */
export const endingOf = ({ pathname }: URL): string | undefined =>
  /\.([a-z\d]{1,8})$/i.exec(pathname)?.[1]?.toLowerCase();

/** The kind of file that the address names. What it serves may be something else. */
export const fileTypeNamed = (url: URL): FileType | undefined => byExtension.get(endingOf(url) ?? '');

/**
 * The kind of file that was served. Servers send many kinds as a stream of bytes, as text or as the archive that they
 * are inside: there the name of the file tells which.
 */
export function fileTypeServed(mediaType: string, named: FileType | undefined): FileType | undefined {
  const served = byMediaType.get(mediaType);
  if (served === undefined) return mediaType === 'application/octet-stream' ? named : undefined;
  return named !== undefined && isContainer(served) ? named : served;
}

const isContainer = ({ extension }: FileType): boolean =>
  extension === 'zip' || extension === 'txt' || extension === 'xml' || extension === 'json';

/** The name under which a browser would store the file. */
export function fileNameOf(url: URL, disposition: string | undefined): string {
  const given = nameIn(disposition ?? '');
  const last = url.pathname.split('/').findLast(segment => segment !== '') ?? '';
  return (given ?? (decoded(last) || url.host)).slice(0, 200);
}

/** Of a `Content-Disposition`: the extended form (RFC 6266) before the plain one, and no folders. */
function nameIn(disposition: string): string | undefined {
  const extended = /filename\*\s*=\s*[\w-]*'[^']*'([^;\s]+)/i.exec(disposition)?.[1];
  const [, quoted, bare] = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(disposition) ?? [];
  const name = extended === undefined ? (quoted ?? bare) : decoded(extended);
  return name?.split(/[/\\]/).at(-1) || undefined;
}

function decoded(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}
