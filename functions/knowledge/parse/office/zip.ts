import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Block } from '../../documents/document.ts';
import { type FilePart, type FileReading, type FileToRead, UnreadableFile } from '../file-reading.ts';
import { archiveLimits, openArchive } from './archive.ts';

/** How far archives may go on inside of each other. */
export interface Nesting {
  readonly depth: number;
  /** In bytes, of all that is still unpacked of the outermost archive. */
  readonly left: { bytes: number };
}

export const outermost = (): Nesting => ({ depth: 0, left: { bytes: archiveLimits.totalBytes } });

/** Opens a file of an archive. */
export type OpenWithin = (file: FileToRead, nesting: Nesting) => Promise<FileReading>;

const deepest = 3;
const mostDocuments = 500;

/**
 * Reads an archive as its documents, one after the other, each below a heading of its name. Pages are not told: they
 * are those of the documents. A document that can not be read is a part with a problem.
 */
export async function readZip(file: FileToRead, open: OpenWithin, nesting: Nesting): Promise<FileReading> {
  if (nesting.depth >= deepest)
    throw new UnreadableFile(`archives are nested deeper than ${deepest}: unpack the inner ones`);
  await using archive = await openArchive(file.path);
  const names = archive.names.filter(isDocument);
  if (names.length === 0) throw new UnreadableFile('the archive holds no documents');
  if (names.length > mostDocuments)
    throw new UnreadableFile(`the archive holds more than ${mostDocuments} documents: split it`);
  return { notes: [], parts: partsOf(file.path, names, open, nesting) };
}

/** Programs leave files about files behind. */
const isDocument = (name: string): boolean =>
  !name.split('/').some(part => part.startsWith('.') || part === '__MACOSX') &&
  !/^(?:thumbs\.db|desktop\.ini)$/i.test(posix.basename(name));

async function* partsOf(
  path: string,
  names: readonly string[],
  open: OpenWithin,
  nesting: Nesting,
): AsyncIterable<FilePart> {
  await using archive = await openArchive(path);
  const folder = await mkdtemp(join(tmpdir(), 'unzip-'));
  try {
    for (const name of names) {
      const size = archive.sizeOf(name);
      nesting.left.bytes -= size;
      if (nesting.left.bytes < 0) {
        yield { blocks: [], problem: `${name}: the archive unpacks to too much: split it` };
        return;
      }
      const unpacked = join(folder, 'content');
      try {
        await pipeline(archive.unpack(name), createWriteStream(unpacked));
        const inner = { depth: nesting.depth + 1, left: nesting.left };
        const reading = await open({ path: unpacked, filename: posix.basename(name), size }, inner);
        let title: Block[] = [{ kind: 'heading', level: 1, text: name }];
        for await (const { blocks, problem } of reading.parts) {
          yield {
            blocks: [...title, ...blocks.map(within)],
            ...(problem === undefined ? {} : { problem: `${name}: ${problem}` }),
          };
          title = [];
        }
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        yield { blocks: [], problem: `${name}: ${error.message}` };
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const levels = [2, 2, 3, 4, 5, 6, 6] as const;

/** Below the heading of the document, and without its page. */
function within(block: Block): Block {
  return block.kind === 'heading'
    ? { kind: 'heading', level: levels[block.level], text: block.text }
    : { kind: block.kind, text: block.text };
}
