import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuse } from '../../functions/knowledge/retrieval/fuse.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type {
  ChunkId,
  DocumentId,
  ModeName,
  SubmissionId,
  WorkspaceId,
} from '../../functions/platform/ids.ts';
import { percentile, type Row } from './row.ts';

const workspace = 'bench' as WorkspaceId;
const mode = 'default' as ModeName;
const space = 'bench';
const dimensions = 768;
const perDocument = 10;
const topics = 400;

/**
 * How long a question waits for its ranking by words and by vectors together, the embedder's own time apart, and how
 * much of what is near is found. The vectors are made up (topics with noise): no embedder is at hand without a key, so
 * how much better answers become is not measured here.
 */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const chunks of [5_000, 20_000]) rows.push(...(await measure(chunks)));
  return rows;
}

async function measure(size: number): Promise<Row[]> {
  const random = pseudoRandom(11);
  const centers = Array.from({ length: topics }, () => direction(random));
  const near = (topic: number) => {
    const center = centers[topic % topics] ?? [];
    return Float32Array.from(center, value => value + 0.6 * (random() - 0.5));
  };
  const directory = await mkdtemp(join(tmpdir(), 'bench-vectors-'));
  const index = createLanceIndex(directory, systemClock, { freshnessSeconds: 0 });
  try {
    const vectors = Array.from({ length: size }, (_, at) => near(at));
    const documents = Array.from({ length: size / perDocument }, (_, at) => ({
      id: `d${at}` as DocumentId,
      version: 'first' as SubmissionId,
      url: '',
      title: '',
      modes: [mode],
      chunks: Array.from({ length: perDocument }, (_, position) => {
        const text = `topic ${(at * perDocument + position) % topics} number ${at}`;
        return { position, text, start: 0, end: text.length, headings: [] };
      }),
    }));
    for (let at = 0; at < documents.length; at += 500)
      await index.write(workspace, { put: documents.slice(at, at + 500), remove: [] });
    await index.optimize(workspace);
    const started = performance.now();
    for (let at = 0; at < size; at += 256)
      await index.vectors.write(
        workspace,
        space,
        vectors.slice(at, at + 256).map((vector, offset) => {
          const document = Math.floor((at + offset) / perDocument);
          return {
            chunkId: `d${document}#${(at + offset) % perDocument}` as ChunkId,
            documentId: `d${document}` as DocumentId,
            version: 'first',
            modes: [mode],
            digest: `${at + offset}`,
            vector,
          };
        }),
      );
    await index.vectors.completeTable(workspace, space);
    await index.vectors.optimize(workspace, space);
    const rate = size / ((performance.now() - started) / 1000);
    const times: number[] = [];
    let found = 0;
    for (let asked = 0; asked < 120; asked += 1) {
      const question = near(asked * 7);
      const from = performance.now();
      const [words, meaning] = await Promise.all([
        index.search(workspace, { mode, text: `topic ${asked}`, limit: 20 }),
        index.vectors.search(workspace, space, { mode, vector: question, limit: 20 }),
      ]);
      fuse([
        { hits: words, weight: 1 },
        { hits: meaning, weight: 1 },
      ]);
      if (asked >= 20) times.push(performance.now() - from);
      const exact = new Set(
        nearest(question, vectors, 10).map(at => `d${Math.floor(at / perDocument)}#${at % perDocument}`),
      );
      found += meaning.slice(0, 10).filter(({ chunkId }) => exact.has(chunkId)).length / 10 / 120;
    }
    const label = `${size / 1000}k chunks of ${dimensions} dimensions`;
    return [
      { name: `both rankings p50, ${label}`, figure: percentile(times, 0.5), unit: 'ms' },
      { name: `both rankings p95, ${label}`, figure: percentile(times, 0.95), unit: 'ms' },
      { name: `nearest ten found, ${label}`, figure: 100 * found, unit: '%', bar: '>= 90', ok: found >= 0.9 },
      { name: `vectors written, ${label}`, figure: rate, unit: 'chunks/s' },
    ];
  } finally {
    await index.close();
    await rm(directory, { recursive: true });
  }
}

const direction = (random: () => number) => Array.from({ length: dimensions }, () => random() - 0.5);

/** By the angle, one by one: what an index is measured against. */
function nearest(question: Float32Array, vectors: readonly Float32Array[], count: number): number[] {
  const likeness = vectors.map((vector, at) => {
    let [product, square] = [0, 0];
    for (let index = 0; index < vector.length; index += 1) {
      const value = vector[index] ?? 0;
      product += value * (question[index] ?? 0);
      square += value * value;
    }
    return { at, like: product / Math.sqrt(square) };
  });
  return likeness
    .sort((one, other) => other.like - one.like)
    .slice(0, count)
    .map(({ at }) => at);
}

/** Linear congruential: the same vectors in every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
