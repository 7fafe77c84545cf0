import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { extractPage } from '../../../functions/knowledge/parse/html/extract.ts';
import type { Row } from '../row.ts';
import { compareWords, type Half, readMarkedPages, wordsOf } from './marked-pages.ts';

/** What was promised for each half, and how far the unseen half may be behind. */
const bar = 0.83;
const farthestBehind = 0.02;

/**
 * Scores the extraction on `<dataDir>/pages`, web pages of seven kinds: F1 of the words of each page, averaged. The
 * model was fitted to the even half, so the odd half tells how it does on pages that nobody looked at.
 */
export async function scoreMarkedPages(dataDir: string): Promise<Row[]> {
  if (!existsSync(join(dataDir, 'pages'))) {
    console.log(`no pages of seven kinds: they would be in ${join(dataDir, 'pages')}`);
    return [];
  }
  const even = await scoreHalf(dataDir, 'even');
  const odd = await scoreHalf(dataDir, 'odd');
  const kinds = [...even.byKind.keys()].sort();
  const ok = (f1: number) => ({ unit: 'F1', bar: `>= ${bar}`, ok: f1 >= bar });
  return [
    { name: `pages of seven kinds, even: fitted to, ${even.count} pages`, figure: even.f1, ...ok(even.f1) },
    { name: `the same, odd: unseen, ${odd.count} pages`, figure: odd.f1, ...ok(odd.f1) },
    {
      name: 'unseen behind fitted to',
      figure: even.f1 - odd.f1,
      unit: 'F1',
      bar: `<= ${farthestBehind}`,
      ok: even.f1 - odd.f1 <= farthestBehind,
    },
    ...kinds.flatMap(kind => [
      { name: `${kind}, even`, figure: even.byKind.get(kind) ?? 0, unit: 'F1' },
      { name: `${kind}, odd`, figure: odd.byKind.get(kind) ?? 0, unit: 'F1' },
    ]),
    {
      name: 'parse and extract, pages of seven kinds',
      figure: ((even.count + odd.count) * 1_000) / (even.spent + odd.spent),
      unit: 'pages/s',
    },
  ];
}

async function scoreHalf(dataDir: string, half: Half) {
  const pages = await readMarkedPages(dataDir, half);
  const scores = new Map<string, number[]>();
  let spent = 0;
  for (const { kind, source, url, content } of pages) {
    const started = performance.now();
    const { blocks } = extractPage(source, url);
    spent += performance.now() - started;
    const { f1 } = compareWords(wordsOf(blocks.map(({ text }) => text).join('\n')), wordsOf(content));
    scores.set(kind, [...(scores.get(kind) ?? []), f1]);
  }
  const byKind = new Map([...scores].map(([kind, list]) => [kind, mean(list)]));
  return { count: pages.length, f1: mean([...scores.values()].flat()), byKind, spent };
}

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
