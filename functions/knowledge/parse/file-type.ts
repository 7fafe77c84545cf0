import { open } from 'node:fs/promises';
import { wideEncoding } from './encoding/decode.ts';
import { type FileToRead, UnreadableFile } from './file-reading.ts';
import { type ArchiveType, archiveType, type OtherArchive } from './office/archive-type.ts';
import { type CompoundFileType, compoundFileType } from './office/compound-file.ts';
import { beginsPage, headLength, isText, signedType } from './signatures.ts';

/** What a file is by its content, as far as there is a way to read it. */
export type ContentType = 'pdf' | 'image' | 'docx' | 'pptx' | 'xlsx' | 'zip' | 'html' | 'csv' | 'md' | 'txt';

/** What to do with a file that is not read. */
const unread: Record<OtherArchive | CompoundFileType | 'rtf', string> = {
  xls: 'it is a workbook of the old format (.xls), which is not read: save it as .xlsx, and upload that',
  doc: 'it is a Word document of the old format (.doc), which is not read: save it as .docx, and upload that',
  ppt: 'it is a presentation of the old format (.ppt), which is not read: save it as .pptx, and upload that',
  encrypted: 'it is encrypted with a password: remove the password in Office, and upload it again',
  other:
    'its type is not read (a compound file of another program): save it as PDF or .docx, and upload that',
  xlsb: 'it is a binary workbook (.xlsb), which is not read: save it as .xlsx, and upload that',
  odt: 'it is an OpenDocument text (.odt), which is not read: save it as .docx or PDF, and upload that',
  ods: 'it is an OpenDocument spreadsheet (.ods), which is not read: save it as .xlsx, and upload that',
  odp: 'it is an OpenDocument presentation (.odp), which is not read: save it as .pptx or PDF, and upload that',
  epub: 'it is an e-book (.epub), which is not read: save it as PDF, and upload that',
  iwork: 'it is a document of iWork (Pages, Numbers, Keynote), which is not read: export it to Office or PDF',
  rtf: 'it is a rich text document (.rtf), which is not read: save it as .docx, and upload that',
};

/** Names of texts that say more than that they are texts. Spreadsheets that are texts hold rows with tabs or commas. */
const textsByName: ReadonlyMap<string, ContentType> = new Map([
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['tab', 'csv'],
  ['xls', 'csv'],
  ['xlsx', 'csv'],
  ['md', 'md'],
  ['markdown', 'md'],
  ['htm', 'html'],
  ['html', 'html'],
  ['xhtml', 'html'],
]);

/**
 * Judges the type by the content. The name decides only among texts, whose content does not tell. Throws
 * `UnreadableFile` for a type that is not read, and for an archive that is damaged or breaks a limit.
 */
export async function contentTypeOf({ path, filename, size }: FileToRead): Promise<ContentType> {
  if (size === 0) throw new UnreadableFile('the file is empty: upload one with content');
  const head = await headOf(path);
  const signed = signedType(head);
  if (signed === 'application/pdf') return 'pdf';
  if (signed === 'application/zip') return readable(await archiveType(path));
  if (signed === 'application/x-ole-storage') return readable(await compoundFileType(path));
  if (signed === 'application/rtf') throw new UnreadableFile(unread.rtf);
  if (signed?.startsWith('image/')) return 'image';
  if (signed !== undefined) throw new UnreadableFile(`files of the type ${signed} are not read: ${known}`);
  if (beginsPage(head)) return 'html';
  if (wideEncoding(head) === undefined && !isText(head))
    throw new UnreadableFile(`its type is unknown; it is binary, and holds no text: ${known}`);
  return textsByName.get(/\.(\w{1,8})$/.exec(filename)?.[1]?.toLowerCase() ?? '') ?? 'txt';
}

const known = 'upload PDF, Word, Excel, PowerPoint, HTML, Markdown, CSV, text, pictures, or a ZIP of them';

const isUnread = (type: string): type is keyof typeof unread => Object.hasOwn(unread, type);

function readable(type: ArchiveType | CompoundFileType): ContentType {
  if (isUnread(type)) throw new UnreadableFile(unread[type]);
  return type;
}

async function headOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(headLength), position: 0 });
  return buffer.subarray(0, bytesRead);
}
