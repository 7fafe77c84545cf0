import { readFile } from 'node:fs/promises';
import { type FilePart, type FileReading, type FileToRead, UnreadableFile } from '../file-reading.ts';
import { blocksOf } from './blocks.ts';
import { ContinuedTables } from './continued-tables.ts';
import { type LaidOutPage, layOut } from './layout.ts';
import { openPaintedPdf, type PaintedPdf } from './painted-pdf.ts';
import { type LayerTrust, readPage } from './read-page.ts';
import { type PageOfBlocks, RunningLines } from './running-lines.ts';
import { withStrayRows } from './tables.ts';
import { tidyText } from './tidy-text.ts';
import { isCutOff } from './whole-file.ts';

/** Pages that are in memory at once. */
const windowPages = 25;
/** Bytes: the file is in memory twice while it is read. */
const mostBytes = 300_000_000;
const mostPages = 20_000;

const damaged =
  'the PDF is damaged or incomplete: its end is missing, or its pages can not be found; save it again from the program that made it';

/**
 * Reads a PDF: its pages as a person sees them, those without text by OCR. Throws `UnreadableFile` for a PDF that wants
 * a password, is damaged, is too large or has no page.
 */
export async function readPdf(file: FileToRead): Promise<FileReading> {
  const { path, size } = file;
  if (size > mostBytes)
    throw new UnreadableFile(`the PDF is too large: ${mostBytes / 1_000_000} MB are read at most`);
  if (await isCutOff(file)) throw new UnreadableFile(damaged);
  const bytes = await readFile(path);
  const opened = await openPaintedPdf(bytes);
  if (opened === 'password')
    throw new UnreadableFile(
      'the PDF is protected with a password: save it without one, and upload it again',
    );
  if (opened === 'damaged') throw new UnreadableFile(damaged);
  const pages = opened.pageCount;
  const title = tidyText(opened.information('Title'));
  opened.close();
  if (pages === 0) throw new UnreadableFile('the PDF is empty: it has no page');
  if (pages > mostPages)
    throw new UnreadableFile(`the PDF has ${pages} pages; ${mostPages} are read at most`);
  return {
    ...(isTitle(title) ? { title } : {}),
    pages,
    notes: [],
    parts: partsOf(bytes, file, pages),
  };
}

/** What a program writes where nobody gave a title is none. */
const isTitle = (title: string): boolean =>
  title !== '' &&
  !/^(?:untitled|\(anonymous\)|microsoft word\b.*|.*\.(?:docx?|pptx?|xlsx?|indd|pdf|tex|dvi))$/i.test(title);

async function* partsOf(
  bytes: Uint8Array,
  { firstPage = 1, aloneTo = 0 }: FileToRead,
  pages: number,
): AsyncGenerator<FilePart> {
  const running = new RunningLines();
  const tables = new ContinuedTables();
  const trust: LayerTrust = { agreed: 0 };
  for (let first = firstPage, last = 0; first <= pages; first = last + 1) {
    last = first <= aloneTo ? first : Math.min(pages, first + windowPages - 1);
    const run = await layOut(bytes, first, last);
    // Opened for each run: what PDFium keeps of pages and fonts is let go with the document.
    const painted = await openPaintedPdf(bytes);
    try {
      yield* readRun(run.pages, typeof painted === 'string' ? undefined : painted, {
        first,
        last,
        problems: run.problems,
      });
    } finally {
      if (typeof painted !== 'string') painted.close();
    }
  }

  async function* readRun(
    laidOut: readonly LaidOutPage[],
    painted: PaintedPdf | undefined,
    { first, last, problems }: { first: number; last: number; problems: ReadonlyMap<number, string> },
  ): AsyncGenerator<FilePart> {
    const found: (PageOfBlocks & { readonly label?: string; readonly problem?: string })[] = [];
    for (let number = first; number <= last; number++) {
      const page = laidOut.find(one => one.number === number);
      const problem = problems.get(number) ?? (page ? undefined : 'it is missing from the file');
      found.push(
        await pageOfBlocks(number, problem === undefined ? page : undefined, painted, trust, problem),
      );
    }
    const stripped = running.strip(found);
    for (const [index, { number, height, label, problem }] of found.entries()) {
      const blocks = tables.next(stripped[index] ?? [], height).map(({ block }) => block);
      yield {
        page: number,
        ...(label === undefined || label === `${number}` ? {} : { label }),
        blocks,
        ...(problem === undefined ? {} : { problem: `page ${number} could not be read: ${problem}` }),
      };
    }
  }
}

async function pageOfBlocks(
  number: number,
  page: LaidOutPage | undefined,
  painted: PaintedPdf | undefined,
  trust: LayerTrust,
  problem: string | undefined,
): Promise<PageOfBlocks & { readonly label?: string; readonly problem?: string }> {
  if (!page) return { number, height: 0, blocks: [], problem: problem ?? 'it is missing from the file' };
  const { label } = page;
  const named = label === undefined ? {} : { label };
  const view = painted?.page(number);
  try {
    const { blocks, items, height } = await readPage(page, view, trust);
    return { number, height, blocks: blocksOf(withStrayRows(blocks, items), number), ...named };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { number, height: page.height, blocks: [], problem: reason, ...named };
  } finally {
    view?.close();
  }
}
