import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';

const truthSchema = z.record(z.string(), z.object({ kind: z.string(), url: z.string(), text: z.string() }));

/** A page whose content people have marked. */
export interface MarkedPage {
  readonly id: string;
  /** `forum`, `product`, `listing` and so on. */
  readonly kind: string;
  readonly url: URL;
  readonly source: string;
  readonly content: string;
}

/** Weights are fitted to the pages of even number; those of odd number stay unseen. */
export type Half = 'even' | 'odd';

/** Reads the half of `<dataDir>/pages`: `ground-truth.json`, and `html/<number>.html.gz` for each page. */
export async function readMarkedPages(dataDir: string, half: Half): Promise<MarkedPage[]> {
  const folder = join(dataDir, 'pages');
  const truth = truthSchema.parse(JSON.parse(await readFile(join(folder, 'ground-truth.json'), 'utf8')));
  const pages: MarkedPage[] = [];
  for (const [id, { kind, url, text }] of Object.entries(truth)) {
    if (Number(id) % 2 !== (half === 'even' ? 0 : 1)) continue;
    const source = gunzipSync(await readFile(join(folder, 'html', `${id}.html.gz`))).toString('utf8');
    pages.push({ id, kind, url: new URL(url || 'https://page.example/'), source, content: text });
  }
  return pages;
}

export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

/** Precision and recall of the words, each as often as it is there, and their F1. */
export function compareWords(found: readonly string[], wanted: readonly string[]) {
  const counts = new Map<string, number>();
  for (const word of wanted) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of found) {
    const left = counts.get(word) ?? 0;
    if (left === 0) continue;
    counts.set(word, left - 1);
    common += 1;
  }
  const precision = found.length === 0 ? 0 : common / found.length;
  const recall = wanted.length === 0 ? 0 : common / wanted.length;
  const f1 = common === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1 };
}
