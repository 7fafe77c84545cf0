import { FetchFailure } from '../fetch/fetch-failure.ts';
import { isText } from '../../knowledge/index.ts';
import { servedType } from '../fetch/media-type.ts';
import { type FileType, fileTypeServed } from './file-types.ts';

const archives = new Set(['docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'epub', 'zip']);
const oldOffice = new Set(['doc', 'xls', 'ppt']);

/** What the first bytes of a file of that kind show, where they are no text. */
function signatureOf({ extension, mediaTypes: [first] }: FileType): string | undefined {
  if (archives.has(extension)) return 'application/zip';
  if (oldOffice.has(extension)) return 'application/x-ole-storage';
  return extension === 'pdf' || extension === 'rtf' || extension === 'rar' ? first : undefined;
}

/**
 * The kind of file that came. `named`: the kind that its address or its link names; `head`: its first bytes. Throws
 * `FetchFailure` where it is no file of a known kind, or where its bytes are not what it is said to be.
 */
export function kindOfFile(contentType: string, named: FileType | undefined, head: Uint8Array): FileType {
  const mediaType = contentType.split(';')[0]?.trim() ?? '';
  const type = fileTypeServed(mediaType, named);
  if (!type) {
    const expected = named ? `a ${named.label}` : 'a file';
    throw new FetchFailure(
      'garbled',
      `the address serves ${mediaType || 'something unnamed'}, not ${expected}`,
    );
  }
  const signature = signatureOf(type);
  const fits = signature === undefined ? isText(withoutMark(head)) : shows(head) === signature;
  if (!fits) throw new FetchFailure('garbled', `its bytes are not those of a ${type.label}`);
  return type;
}

const shows = (head: Uint8Array): string => servedType('application/octet-stream', head);

/** Text of two bytes a character begins with a mark; then each second byte may be zero. */
const withoutMark = (head: Uint8Array): Uint8Array => {
  const [first, second] = head;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isWide ? head.subarray(2).filter(byte => byte !== 0) : head;
};
