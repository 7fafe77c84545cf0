import type { Clock } from '../../platform/clock.ts';
import { type ReaderDeath, type ReaderLimits, type ReaderProcess, startReader } from './child-reading.ts';
import { type FilePart, type FileReading, type FileToRead, UnreadableFile } from './file-reading.ts';
import type { ReaderMessage } from './reader-messages.ts';

/** Pages that are read one by one behind a page whose reader died: the next that kills one is known by its number. */
const pagesAlone = 25;
/** Readers that may die over one file. */
const mostDeaths = 20;

const causes: Record<ReaderDeath, string> = {
  memory: 'its reader ran out of memory',
  time: 'its reader ran out of time',
  crash: 'its reader crashed',
};

export interface ReadingEffects {
  readonly clock: Clock;
  /** The source file of `reader-process.ts`, or its bundle. */
  readonly readerEntry: string;
}

/**
 * Reads a file as `openFile` does, in a process of its own that may use so much memory and be silent for so long. Where
 * it dies at a page, that page is named as failed, and another process goes on behind it. Throws `UnreadableFile` where
 * it dies before it has opened the file, where a file without pages kills it, and where too many pages do. The process
 * ends when the parts are left, and when the signal is aborted.
 */
export async function readInProcess(
  file: FileToRead,
  limits: ReaderLimits,
  { clock, readerEntry }: ReadingEffects,
  signal: AbortSignal,
): Promise<FileReading> {
  const start = (task: FileToRead) => startReader(readerEntry, task, limits, clock, signal);
  const reader = start(file);
  const about = await opened(reader);
  return { ...about, parts: partsOf(file, about.pages, reader, start) };
}

async function opened(reader: ReaderProcess): Promise<Omit<FileReading, 'parts'>> {
  for (;;) {
    const { value: message, done } = await reader.messages.next();
    if (done === true)
      throw new UnreadableFile(`the file could not be read: ${causes[await reader.death()]}`);
    if (message.kind === 'opened') return message.about;
    throwSaid(message);
  }
}

function throwSaid(message: ReaderMessage): void {
  if (message.kind === 'unreadable') throw new UnreadableFile(message.message);
  if (message.kind === 'failed') throw new Error(`the reader of a file failed: ${message.message}`);
}

async function* partsOf(
  file: FileToRead,
  pages: number | undefined,
  first: ReaderProcess,
  start: (task: FileToRead) => ReaderProcess,
): AsyncGenerator<FilePart> {
  let reader = first;
  let next = file.firstPage ?? 1;
  let aloneTo = 0;
  let hasSaid = false;
  try {
    for (let deaths = 0; ; ) {
      for (let said = await reader.messages.next(); said.done !== true; said = await reader.messages.next()) {
        const message = said.value;
        if (message.kind === 'end') return;
        // It knows of no text before the page that it began at.
        if (message.kind === 'unreadable' && hasSaid && deaths > 0) return;
        throwSaid(message);
        if (message.kind !== 'part') continue;
        hasSaid ||= message.part.blocks.length > 0;
        yield message.part;
        next = (message.part.page ?? next) + 1;
      }
      const cause = causes[await reader.death()];
      if (pages === undefined || ++deaths > mostDeaths)
        throw new UnreadableFile(
          `the file could not be read: ${cause}${pages === undefined ? '' : ` at page ${next}`}`,
        );
      if (next <= aloneTo) {
        yield { page: next, blocks: [], problem: `page ${next} could not be read: ${cause}` };
        hasSaid = true;
        next++;
      }
      if (next > pages) return;
      aloneTo = next + pagesAlone - 1;
      reader = start({ ...file, firstPage: next, aloneTo });
    }
  } finally {
    reader.kill();
  }
}
