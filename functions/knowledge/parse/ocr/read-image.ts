import type { FilePart, FileReading, FileToRead } from '../file-reading.ts';
import { blocksOf } from '../pdf/blocks.ts';
import { withItems } from '../pdf/layout.ts';
import { openPicture } from './picture.ts';
import { loadRecogniser } from './recogniser.ts';
import { itemsOf } from './text-items.ts';
import { upright } from './upright.ts';

/** Reads a picture by OCR: PNG, JPEG, WebP, GIF, and TIFF with its pages. */
export async function readImage({ path, firstPage = 1 }: FileToRead): Promise<FileReading> {
  const file = await openPicture(path);
  async function* parts(): AsyncGenerator<FilePart> {
    for (let page = firstPage; page <= file.frames; page++) yield await partOf(file, page);
  }
  return { pages: file.frames, notes: [], parts: parts() };
}

async function partOf(file: Awaited<ReturnType<typeof openPicture>>, page: number): Promise<FilePart> {
  try {
    const picture = await file.frame(page - 1);
    const lines = await (await loadRecogniser()).read(picture);
    const reading = upright(lines, picture.width, picture.height);
    const empty = {
      number: page,
      width: reading.width,
      height: reading.height,
      items: [],
      blocks: [],
      graphics: [],
    };
    const laidOut = withItems(empty, itemsOf(reading.lines, 1));
    return { page, blocks: blocksOf(laidOut.blocks, page).map(({ block }) => block) };
  } catch (error) {
    return { page, blocks: [], problem: `the picture could not be read: ${reasonOf(error)}` };
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
