import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunkDocument } from '../../functions/knowledge/documents/chunk.ts';
import type { Chunk } from '../../functions/knowledge/documents/document.ts';
import type { IndexedDocument, IndexStore } from '../../functions/knowledge/index/index-store.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import { retrieve } from '../../functions/knowledge/retrieval/retrieve.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../functions/platform/ids.ts';
import { plainBm25 } from './plain-bm25.ts';
import { coverage, readParagraphs, readPassages, type Span } from './retrieval-sets.ts';
import { percentile, type Row } from './row.ts';
import { wordsAlone } from '../support/words-alone.ts';

const workspace = 'bench' as WorkspaceId;
const mode = 'default' as ModeName;

/**
 * How well and how fast passages are found. Quality needs the reference sets: `DIR/retrieval/passages` (five corpora
 * with 472 questions and the spans that answer them) and `DIR/retrieval/paragraphs` (XQuAD). A textbook BM25 over the
 * same chunks is measured beside.
 */
export async function run(dataDir?: string): Promise<Row[]> {
  const rows: Row[] = [];
  const passages = join(dataDir ?? '', 'retrieval/passages');
  const paragraphs = join(dataDir ?? '', 'retrieval/paragraphs');
  if (dataDir && existsSync(passages)) rows.push(...(await passageQuality(passages)));
  else
    console.log('passages: no reference set (--data DIR with retrieval/passages): quality is not measured');
  if (dataDir && existsSync(paragraphs)) rows.push(...(await paragraphQuality(paragraphs)));
  else
    console.log(
      'paragraphs: no reference set (--data DIR with retrieval/paragraphs): quality is not measured',
    );
  for (const chunks of [10_000, 100_000]) rows.push(...(await speed(chunks)));
  return rows;
}

async function passageQuality(directory: string): Promise<Row[]> {
  const { documents, questions } = await readPassages(directory);
  const learned = [...documents].map(([name, text]) =>
    documentOf(name, chunkDocument([{ kind: 'text', text }]).chunks),
  );
  /** The corpora begin with white space that a document's plain text does not have. */
  const before = new Map([...documents].map(([name, text]) => [name, text.length - text.trimStart().length]));
  const spanOf = (document: string, { start, end }: { start: number; end: number }): Span => {
    const shift = before.get(document) ?? 0;
    return { document, start: start + shift, end: end + shift };
  };
  const all = learned.flatMap(({ id, chunks }) => chunks.map(chunk => ({ span: spanOf(id, chunk), chunk })));
  const peer = plainBm25(all.map(({ chunk }) => chunk.text));
  const ours = { recall: 0, iou: 0 };
  const theirs = { recall: 0, iou: 0 };
  const distinct = { recall: 0, iou: 0 };
  await withIndex(async index => {
    await index.write(workspace, { put: learned, remove: [] });
    for (const { question, answers } of questions) {
      const ranked = await index.search(workspace, { mode, text: question, limit: 5 });
      const rankedSpans = ranked.map(hit => spanOf(hit.documentId, hit));
      add(ours, coverage(rankedSpans, answers), questions.length);
      const { passages: kept } = await retrieve(workspace, { mode, question, limit: 5 }, wordsAlone(index));
      const keptSpans = kept.map(passage => spanOf(passage.documentId, passage));
      add(distinct, coverage(keptSpans, answers), questions.length);
      const best = peer(question, 5).flatMap(at => all[at]?.span ?? []);
      add(theirs, coverage(best, answers), questions.length);
    }
  });
  return [
    {
      name: `recall@5, ${questions.length} questions, ${all.length} chunks`,
      figure: 100 * ours.recall,
      unit: '%',
      bar: '>= 86.5 (published BM25)',
      ok: ours.recall >= 0.865,
    },
    { name: 'recall@5, textbook BM25', figure: 100 * theirs.recall, unit: '%' },
    { name: 'recall@5, copies of a passage dropped', figure: 100 * distinct.recall, unit: '%' },
    { name: 'IoU of the ranking', figure: 100 * ours.iou, unit: '%' },
    { name: 'IoU, textbook BM25', figure: 100 * theirs.iou, unit: '%' },
  ];
}

function add(
  sum: { recall: number; iou: number },
  one: { recall: number; iou: number },
  count: number,
): void {
  sum.recall += one.recall / count;
  sum.iou += one.iou / count;
}

async function paragraphQuality(directory: string): Promise<Row[]> {
  const paragraphs = await readParagraphs(directory);
  const peer = plainBm25(paragraphs.map(({ title, text }) => `${title}\n${text}`));
  let [asked, ours, theirs] = [0, 0, 0];
  await withIndex(async index => {
    const put = paragraphs.map(({ title, text }, at) => ({
      ...documentOf(String(at), [{ position: 0, text, start: 0, end: text.length, headings: [] }]),
      title,
    }));
    await index.write(workspace, { put, remove: [] });
    for (const [at, { questions }] of paragraphs.entries())
      for (const question of questions) {
        asked += 1;
        const { passages } = await retrieve(workspace, { mode, question, limit: 1 }, wordsAlone(index));
        const [best] = passages;
        if (best?.documentId === String(at)) ours += 1;
        if (peer(question, 1)[0] === at) theirs += 1;
      }
  });
  return [
    {
      name: `recall@1, ${asked} questions, ${paragraphs.length} paragraphs`,
      figure: ours / asked,
      unit: '',
      bar: '>= textbook BM25',
      ok: ours >= theirs,
    },
    { name: 'recall@1, textbook BM25', figure: theirs / asked, unit: '' },
  ];
}

/** How long a question waits for its passages, and how fast chunks become searchable, in an index of that size. */
async function speed(size: number): Promise<Row[]> {
  const random = pseudoRandom(7);
  const word = () => `w${Math.floor(20_000 ** random()).toString(36)}`;
  const words = (count: number) => Array.from({ length: count }, word).join(' ');
  const perDocument = 5;
  const documents = Array.from({ length: size / perDocument }, (_, index) =>
    documentOf(
      `d${index}`,
      Array.from({ length: perDocument }, (_, position) => {
        const text = words(150);
        return { position, text, start: 0, end: text.length, headings: [] };
      }),
    ),
  );
  const label = `${size / 1000}k chunks`;
  return withIndex(async index => {
    const started = performance.now();
    for (let at = 0; at < documents.length; at += 500)
      await index.write(workspace, { put: documents.slice(at, at + 500), remove: [] });
    await index.optimize(workspace);
    const rate = size / ((performance.now() - started) / 1000);
    const times: number[] = [];
    for (let asked = 0; asked < 330; asked += 1) {
      const from = performance.now();
      await retrieve(workspace, { mode, question: words(8), limit: 5 }, wordsAlone(index));
      if (asked >= 30) times.push(performance.now() - from);
    }
    const changed = performance.now();
    await index.write(workspace, { put: documents.slice(0, 10), remove: [] });
    const update = performance.now() - changed;
    const p95 = percentile(times, 0.95);
    return [
      { name: `retrieval p50, ${label}`, figure: percentile(times, 0.5), unit: 'ms' },
      {
        name: `retrieval p95, ${label}`,
        figure: p95,
        unit: 'ms',
        ...(size === 10_000 ? { bar: '<= 40 ms', ok: p95 <= 40 } : {}),
      },
      { name: `indexing, up to ${label}`, figure: rate, unit: 'chunks/s' },
      { name: `replacing 10 documents among ${label}`, figure: update, unit: 'ms' },
    ];
  });
}

const documentOf = (name: string, chunks: readonly Chunk[]): IndexedDocument => ({
  id: name as DocumentId,
  version: 'first' as SubmissionId,
  url: `https://example.com/${name}`,
  title: '',
  modes: [mode],
  chunks,
});

async function withIndex<T>(measure: (index: IndexStore) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-index-'));
  const index = createLanceIndex(directory, systemClock, { freshnessSeconds: 0 });
  try {
    return await measure(index);
  } finally {
    await index.close();
    await rm(directory, { recursive: true });
  }
}

/** Mulberry32: the same texts in every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
