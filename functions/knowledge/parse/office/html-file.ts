import { decodeHtml } from '../encoding/decode.ts';
import type { FileReading, FileToRead } from '../file-reading.ts';
import { extractPage } from '../html/extract.ts';
import { partsOf, textOfFile } from './text-file.ts';

/** Reads a page that was stored as a file, as those of sites are read. */
export async function readHtml(file: FileToRead): Promise<FileReading> {
  const source = await textOfFile(file, bytes => decodeHtml(bytes, undefined));
  const { title, language, blocks } = extractPage(source, new URL('https://file.invalid/'));
  return {
    ...(title === '' ? {} : { title }),
    ...(language === undefined ? {} : { language }),
    notes: [],
    parts: partsOf(blocks),
  };
}
