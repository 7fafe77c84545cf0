import { readFile } from 'node:fs/promises';
import type { Block } from '../../documents/document.ts';
import { decodeText } from '../encoding/decode.ts';
import { type FilePart, type FileReading, type FileToRead, UnreadableFile } from '../file-reading.ts';
import { textToBlocks } from '../text.ts';

/** In bytes. Texts are decoded as a whole, since their encoding is a matter of the whole. */
const longestText = 64 * 1024 * 1024;
/** So many blocks make a part of a file without pages. */
const blocksOfPart = 500;

export async function readText(file: FileToRead): Promise<FileReading> {
  return { notes: [], parts: partsOf(textToBlocks(await textOfFile(file))) };
}

/** The file as text, in whatever encoding it is. Throws `UnreadableFile` for one that is too large. */
export async function textOfFile(
  { path, size }: FileToRead,
  decode: (bytes: Uint8Array) => string = decodeText,
): Promise<string> {
  if (size > longestText)
    throw new UnreadableFile(
      `it is a text of more than ${longestText / 1024 / 1024} MB: split it into smaller files`,
    );
  return decode(await readFile(path)).replace(/^\ufeff/, '');
}

/** The blocks in parts of moderate length. */
export async function* partsOf(blocks: Iterable<Block> | AsyncIterable<Block>): AsyncIterable<FilePart> {
  let part: Block[] = [];
  for await (const block of blocks) {
    part.push(block);
    if (part.length < blocksOfPart) continue;
    yield { blocks: part };
    part = [];
  }
  if (part.length > 0) yield { blocks: part };
}
