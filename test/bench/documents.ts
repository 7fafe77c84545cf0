import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Block } from '../../functions/knowledge/documents/document.ts';
import { UnreadableFile } from '../../functions/knowledge/parse/file-reading.ts';
import { openFile } from '../../functions/knowledge/parse/open-file.ts';
import type { Row } from './row.ts';

/** What the best library makes of the same files, measured on 2026-11-30: the F1 of words, the share of cells. */
const best = {
  docx: { peer: 'mammoth 1.13', words: 0.924, cells: 0.88 },
  pptx: { peer: 'officeparser 8.1', words: 0.866, cells: 0.61 },
  xlsx: { peer: '@e965/xlsx 0.20, read-excel-file 9.3', words: 0.871, cells: 0.78 },
  csv: { peer: 'csv-parse 7', words: 0.999, cells: 0.99 },
} as const;

/**
 * Reads the documents of docling's tests (`<dataDir>/documents/<type>`, each with what it says as Markdown beside it).
 * The F1 of words is that of bags of words, averaged over the files; of cells, the share that is found.
 */
export async function run(dataDir?: string): Promise<Row[]> {
  if (dataDir === undefined) {
    console.log('no reference documents: give their folder with --data DIR');
    return [];
  }
  const rows: Row[] = [];
  for (const [type, { peer, words, cells }] of Object.entries(best)) {
    const folder = join(dataDir, 'documents', type);
    const names = (await readdir(folder)).filter(name => name.endsWith(`.${type}`));
    const scores = await Promise.all(names.map(name => scoreOf(folder, name)));
    const f1 = scores.reduce((sum, { f1 }) => sum + f1, 0) / scores.length;
    const [found, wanted] = [sumOf(scores.map(s => s.found)), sumOf(scores.map(s => s.wanted))];
    rows.push(
      {
        name: `${type}, ${names.length} files: words; ${peer}: ${words}`,
        figure: f1,
        unit: 'F1',
        bar: `> ${words}`,
        ok: f1 > words,
      },
      {
        name: `${type}: cells, ${found} of ${wanted}; ${peer}: ${cells}`,
        figure: found / wanted,
        unit: '',
        bar: `> ${cells}`,
        ok: found / wanted > cells,
      },
    );
  }
  return rows;
}

async function scoreOf(folder: string, name: string): Promise<{ f1: number; found: number; wanted: number }> {
  const truth = (await readFile(join(folder, `${name}.md`), 'utf8')).replace(/<!--.*?-->/gs, '');
  const path = join(folder, name);
  const blocks = await blocksOf(path, name);
  const read = bag(wordsIn(blocks.map(({ text }) => text).join('\n')));
  const wanted = bag(wordsIn(truth));
  const cells = bag(
    blocks
      .flatMap(({ kind, text }) =>
        kind === 'table' ? text.split('\n').flatMap(line => line.split(' | ')) : [],
      )
      .map(plain),
  );
  const wantedCells = bag(
    truth
      .split('\n')
      .filter(line => /^\|.*\|$/.test(line) && !/^[|\s:-]+$/.test(line))
      .flatMap(line => line.slice(1, -1).split(/(?<!\\)\|/))
      .map(plain),
  );
  wantedCells.delete('');
  return {
    f1: (2 * common(read, wanted)) / (sizeOf(read) + sizeOf(wanted)),
    found: common(cells, wantedCells),
    wanted: sizeOf(wantedCells),
  };
}

async function blocksOf(path: string, filename: string): Promise<Block[]> {
  try {
    const reading = await openFile({ path, filename, size: (await stat(path)).size });
    return (await Array.fromAsync(reading.parts)).flatMap(part => part.blocks);
  } catch (error) {
    // Some of the files hold nothing but pictures.
    if (error instanceof UnreadableFile) return [];
    throw error;
  }
}

const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
/** A cell without its marks of Markdown. */
const plain = (cell: string): string => wordsIn(cell.replaceAll(/&\w+;/g, ' ')).join(' ');

function bag(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const sizeOf = (counts: ReadonlyMap<string, number>): number => sumOf([...counts.values()]);
const common = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number =>
  sumOf([...one].map(([item, count]) => Math.min(count, other.get(item) ?? 0)));
