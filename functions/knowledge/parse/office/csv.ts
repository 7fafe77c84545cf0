import { Readable } from 'node:stream';
import { type Options, parse as parseRows } from 'csv-parse';
import { parse as parseSample } from 'csv-parse/sync';
import * as z from 'zod';
import type { Block } from '../../documents/document.ts';
import { type FileReading, type FileToRead, UnreadableFile } from '../file-reading.ts';
import { shapeOfTable, type TableShape, tableBlocks } from './table-shape.ts';
import { partsOf, textOfFile } from './text-file.ts';

/** The likelier one first, where rows have the same number of cells with each. A comma stands in many a text. */
const delimiters = ['\t', ';', '|', ','] as const;
/** In characters. As much of the file decides how it is read. */
const sampleLength = 64 * 1024;
/** The share of rows that have the same number of cells, at least, where a delimiter parts them. */
const mostAlike = 0.6;
/** So many rows are told together. */
const rowsOfWindow = 500;
/** In characters. A longer row comes of a quotation mark without its end. */
const longestRow = 1024 * 1024;

/** Reads rows of cells, whatever parts them. Every window of rows is told below the names of the columns. */
export async function readCsv(file: FileToRead): Promise<FileReading> {
  const text = (await textOfFile(file)).replace(/^sep=.\r?\n/i, '');
  return { notes: [], parts: partsOf(blocksOf(text)) };
}

async function* blocksOf(text: string): AsyncIterable<Block> {
  const options = optionsFor(text);
  let heads: TableShape['heads'] | undefined;
  let rows: string[][] = [];
  const tell = function* (): Iterable<Block> {
    if (heads === undefined) {
      const shape = shapeOfTable(rows, true);
      heads = shape.heads;
      yield* shape.title.map((line): Block => ({ kind: 'text', text: line }));
      yield* tableBlocks(heads, shape.body);
    } else yield* tableBlocks(heads, rows);
    rows = [];
  };
  try {
    for await (const row of rowsOf(text, options)) {
      rows.push(row);
      if (rows.length === rowsOfWindow) yield* tell();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableFile(`its rows can not be told apart (${reason}): save it as CSV once more`, {
      cause: error,
    });
  }
  yield* tell();
}

async function* rowsOf(text: string, options: Options): AsyncIterable<string[]> {
  const parser = Readable.from(slicesOf(text)).pipe(parseRows(options));
  for await (const row of parser) yield rowSchema.parse(row);
}

const rowSchema = z.array(z.string());

/** The parser copies what it is given. */
function* slicesOf(text: string): Iterable<string> {
  for (let from = 0; from < text.length; from += sampleLength) yield text.slice(from, from + sampleLength);
}

/** How the rows of the text are read: what parts their cells, and whether quotation marks hold cells together. */
function optionsFor(text: string): Options {
  const sample = text.slice(0, sampleLength);
  const whole = sample.slice(
    0,
    sample.length < text.length ? sample.lastIndexOf('\n') + 1 || sample.length : undefined,
  );
  const shared: Options = {
    relax_column_count: true,
    relax_quotes: true,
    skip_records_with_empty_values: true,
    trim: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: longestRow,
  };
  const scored = delimiters.map(delimiter => ({ delimiter, score: alike(whole, { ...shared, delimiter }) }));
  const best = scored.reduce((most, next) => (next.score > most.score ? next : most));
  const delimiter = best.score >= mostAlike ? best.delimiter : noDelimiter;
  return { ...shared, delimiter, quote: balanced(text) ? '"' : null };
}

/** Stands in no text: a row is one cell. */
const noDelimiter = '\u001f';

/** A mark alone, as in 5" pipe, would hold all that follows together. */
const balanced = (text: string): boolean => (text.split('"').length - 1) % 2 === 0;

/** The share of rows with as many cells as most have. 0 where most have one. */
function alike(sample: string, options: Options): number {
  const counts = new Map<number, number>();
  let rows = 0;
  try {
    for (const row of parseSample(sample, options)) {
      rows += 1;
      counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
    }
  } catch {
    // The sample ends within a quotation, or its marks are not balanced.
    return 0;
  }
  const [width, most] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), [1, 0]);
  return width === 1 ? 0 : most / rows;
}
