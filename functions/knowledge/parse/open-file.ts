import { type FilePart, type FileReading, type FileToRead, UnreadableFile } from './file-reading.ts';
import { type ContentType, contentTypeOf } from './file-type.ts';
import { type OpenWithin, outermost, readZip } from './office/zip.ts';

/** Reads a file of one type. */
export type Reader = (file: FileToRead) => Promise<FileReading>;

/** The readers, each loaded when a file of its type comes. */
const readers: Partial<Record<ContentType, () => Promise<Reader>>> = {
  pdf: async () => (await import('./pdf/read-pdf.ts')).readPdf,
  image: async () => (await import('./ocr/read-image.ts')).readImage,
  txt: async () => (await import('./office/text-file.ts')).readText,
  docx: async () => (await import('./office/docx.ts')).readDocx,
  pptx: async () => (await import('./office/pptx.ts')).readPptx,
  xlsx: async () => (await import('./office/xlsx.ts')).readXlsx,
  html: async () => (await import('./office/html-file.ts')).readHtml,
  md: async () => (await import('./office/markdown-file.ts')).readMarkdown,
  csv: async () => (await import('./office/csv.ts')).readCsv,
};

const openXml = 'application/vnd.openxmlformats-officedocument';
/** Of a picture its owner knows better which it is. */
const mediaTypes: Partial<Record<ContentType, string>> = {
  pdf: 'application/pdf',
  docx: `${openXml}.wordprocessingml.document`,
  pptx: `${openXml}.presentationml.presentation`,
  xlsx: `${openXml}.spreadsheetml.sheet`,
  zip: 'application/zip',
  html: 'text/html',
  md: 'text/markdown',
  csv: 'text/csv',
  txt: 'text/plain',
};

/**
 * Opens a file by what it is, whatever its name says. Throws `UnreadableFile` when nothing of it can be read. The parts
 * throw it too, at their end, when there is no text in any of them.
 */
export const openFile = async (file: FileToRead): Promise<FileReading> => {
  const [type, reading] = [await contentTypeOf(file), await openWithin(file, outermost())];
  const mediaType = mediaTypes[type];
  return mediaType === undefined ? reading : { ...reading, mediaType };
};

const openWithin: OpenWithin = async (file, nesting) => {
  const type = await contentTypeOf(file);
  if (type === 'zip') return readZip(file, openWithin, nesting);
  const load = readers[type];
  if (!load) throw new UnreadableFile(`files of the type ${type} are not read yet`);
  const read = await load();
  const reading = await read(file);
  return { ...reading, parts: withText(reading.parts) };
};

async function* withText(parts: AsyncIterable<FilePart>): AsyncIterable<FilePart> {
  let found = false;
  for await (const part of parts) {
    // A part with a problem says more about the file than that it has no text.
    found ||= part.problem !== undefined || part.blocks.some(({ text }) => text.trim() !== '');
    yield part;
  }
  if (!found) throw new UnreadableFile('there is no text in the file');
}
