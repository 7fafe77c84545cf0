import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { extractPage } from '../../functions/knowledge/parse/html/extract.ts';
import { scoreMarkedPages } from './pages/marked-pages-bench.ts';
import type { Row } from './row.ts';

const truthSchema = z.record(z.string(), z.object({ articleBody: z.string(), url: z.string() }));

/**
 * Published for the same pages: rs-trafilatura .970, trafilatura .958, Readability .947; the whole text of the body
 * .671.
 */
const bar = 0.965;

/**
 * Scores the extraction on the article extraction benchmark of Scrapinghub (`<dataDir>/extraction`): shingles of four
 * words, precision and recall averaged over the pages, F1 of the means. The ground truth leaves titles out, so the
 * heading that repeats the title is left out here too. Then scores it on pages of seven kinds.
 */
export async function run(dataDir?: string): Promise<Row[]> {
  if (dataDir === undefined) {
    console.log('no reference pages: give their folder with --data DIR');
    return [];
  }
  const folder = join(dataDir, 'extraction');
  const truth = truthSchema.parse(JSON.parse(await readFile(join(folder, 'ground-truth.json'), 'utf8')));
  const files = (await readdir(join(folder, 'html'))).filter(name => name.endsWith('.gz'));
  const precisions: number[] = [];
  const recalls: number[] = [];
  let spent = 0;
  for (const file of files) {
    const expected = truth[file.replace(/(?:\.html)?\.gz$/, '')];
    if (!expected) continue;
    const source = gunzipSync(await readFile(join(folder, 'html', file))).toString('utf8');
    const started = performance.now();
    const page = extractPage(source, new URL(expected.url));
    spent += performance.now() - started;
    const text = page.blocks.filter(({ text }) => text !== page.title).map(({ text }) => text);
    const found = shingles(text.join('\n'));
    const wanted = shingles(expected.articleBody);
    const common = wanted.entries().reduce((sum, [gram, n]) => sum + Math.min(n, found.get(gram) ?? 0), 0);
    if (total(found) > 0) precisions.push(common / total(found));
    if (total(wanted) > 0) recalls.push(common / total(wanted));
  }
  const [precision, recall] = [mean(precisions), mean(recalls)];
  const f1 = (2 * precision * recall) / (precision + recall);
  return [
    { name: `extraction F1, ${files.length} pages`, figure: f1, unit: 'F1', bar: `>= ${bar}`, ok: f1 >= bar },
    { name: 'precision', figure: precision, unit: '' },
    { name: 'recall', figure: recall, unit: '' },
    { name: 'parse and extract', figure: (files.length * 1_000) / spent, unit: 'pages/s' },
    ...(await scoreMarkedPages(dataDir)),
  ];
}

function shingles(text: string): Map<string, number> {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (let at = 0; at < Math.max(1, words.length - 3); at += 1) {
    const gram = words.slice(at, at + 4).join(' ');
    if (gram !== '') counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

const total = (counts: ReadonlyMap<string, number>): number => counts.values().reduce((sum, n) => sum + n, 0);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
