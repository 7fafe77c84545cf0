import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { bestOf } from '../../../functions/knowledge/parse/html/choose-segments.ts';
import { applyRules } from '../../../functions/knowledge/parse/html/content.ts';
import { parseHtml } from '../../../functions/knowledge/parse/html/parse-html.ts';
import { type KeepModel, likelihood } from '../../../functions/knowledge/parse/html/keep-model.ts';
import { outlineOf, type Segment } from '../../../functions/knowledge/parse/html/outline.ts';
import { featuresOf } from '../../../functions/knowledge/parse/html/segment-features.ts';
import { fitTrees } from './boosted-trees.ts';
import { compareWords, type MarkedPage, readMarkedPages, wordsOf } from './marked-pages.ts';

/**
 * `node test/bench/pages/fit-extraction.ts --data DIR [--folds 5] [--write]`: fits the model that chooses the segments
 * of a page to the even pages of DIR/pages. Prints its F1 on pages that each fold left out, and on those that it was
 * fitted to; the distance tells how far it has learned them by heart. `--write` replaces `keep-model.json`; `npm run
 * format` lays it out.
 */
const { values } = parseArgs({
  options: { data: { type: 'string' }, folds: { type: 'string', default: '5' }, write: { type: 'boolean' } },
});
if (values.data === undefined) {
  console.error('no marked pages: give their folder with --data DIR');
  process.exit(2);
}
const foldCount = Number(values.folds);
const modelFile = new URL('../../../functions/knowledge/parse/html/keep-model.json', import.meta.url);

interface Example {
  readonly kind: string;
  readonly wanted: readonly string[];
  readonly segments: readonly Segment[];
  readonly names: readonly string[];
  readonly features: readonly (readonly number[])[];
  readonly words: readonly (readonly string[])[];
  readonly labels: readonly number[];
}

function exampleOf({ kind, source, content }: MarkedPage): Example {
  const page = parseHtml(source);
  const rules = applyRules(page);
  const outline = outlineOf(page.body, rules.hidden);
  const wanted = wordsOf(content);
  const runs = new Set<string>();
  for (let size = 1; size <= longestRun; size += 1)
    for (let at = 0; at + size <= wanted.length; at += 1) runs.add(wanted.slice(at, at + size).join(' '));
  const words = outline.segments.map(segment => wordsOf(segment.text));
  const labels = words.map(list => shareInRuns(list, runs));
  const measured = featuresOf(page, outline, rules);
  return {
    kind,
    wanted,
    segments: outline.segments,
    names: Object.keys(measured[0] ?? {}),
    features: measured.map(row => Object.values(row)),
    words,
    labels,
  };
}

/** In words. A segment is content as far as its runs of three words are in the content. */
const longestRun = 3;

function shareInRuns(words: readonly string[], runs: ReadonlySet<string>): number {
  if (words.length === 0) return 0;
  const size = Math.min(longestRun, words.length);
  const covered = words.map(() => false);
  for (let at = 0; at + size <= words.length; at += 1)
    if (runs.has(words.slice(at, at + size).join(' '))) covered.fill(true, at, at + size);
  return covered.filter(Boolean).length / words.length;
}

/** Every page weighs about the same, whether it is long or short, as it does in the F1. */
function fit(examples: readonly Example[]): KeepModel {
  const features: (readonly number[])[] = [];
  const labels: number[] = [];
  const weights: number[] = [];
  const pages: number[] = [];
  examples.forEach((example, page) => {
    const total = example.words.reduce((sum, words) => sum + words.length, 0);
    example.words.forEach((words, at) => {
      if (words.length === 0) return;
      features.push(example.features[at] ?? []);
      labels.push(example.labels[at] ?? 0);
      weights.push(words.length / (example.wanted.length + total + 50));
      pages.push(page);
    });
  });
  const names = examples.find(example => example.names.length > 0)?.names ?? [];
  return fitTrees({ names, features, labels, weights, pages }, 1);
}

function f1Of(model: KeepModel, { segments, features, words, wanted }: Example): number {
  const kept = bestOf(
    segments,
    features.map(row => likelihood(model, row)),
  );
  const found = segments.flatMap((segment, at) => (kept.has(segment) ? (words[at] ?? []) : []));
  return compareWords(found, wanted).f1;
}

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;

const examples = (await readMarkedPages(values.data, 'even'))
  .map(exampleOf)
  .sort((a, b) => a.kind.localeCompare(b.kind));
const unseen = Array.from({ length: foldCount }, (_, fold) => {
  const model = fit(examples.filter((__, at) => at % foldCount !== fold));
  return examples.flatMap((example, at) => (at % foldCount === fold ? [f1Of(model, example)] : []));
}).flat();
const model = fit(examples);
const seen = examples.map(example => f1Of(model, example));
console.log(
  `${examples.length} pages, ${examples.flatMap(({ labels }) => labels).length} segments, ${model.features.length} features`,
);
if (unseen.length > 0) console.log(`F1 of pages left out: ${mean(unseen).toFixed(4)}`);
console.log(`F1 of pages fitted to: ${mean(seen).toFixed(4)}`);
if (values.write) await writeFile(modelFile, `${JSON.stringify(model)}\n`);
