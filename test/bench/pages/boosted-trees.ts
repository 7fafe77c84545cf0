import { type KeepModel, type Node, valueOf } from '../../../functions/knowledge/parse/html/keep-model.ts';

/** What the trees are fitted to: one row for each segment. */
export interface Examples {
  readonly names: readonly string[];
  readonly features: readonly (readonly number[])[];
  /** The share of the segment that is content, 0 to 1. */
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  /** The page of each row. A tree sees all rows of a page or none. */
  readonly pages: readonly number[];
}

/** Few, small and slow trees: what they learn of one half of the pages has to hold for the other. */
const treeCount = 100;
const leaves = 4;
const rate = 0.1;
/** The share of the features and of the pages that a tree sees. */
const featureShare = 0.4;
const pageShare = 0.6;
/** The least sum of second derivatives on either side of a split, and what is added to it in a leaf's value. */
const leastOnSide = 80;
const shrinkage = 20;
/** At most so many thresholds are tried for a feature. */
const bins = 48;

/** Fits trees to the examples by gradient boosting with a logistic loss. The same seed gives the same trees. */
export function fitTrees({ names, features, labels, weights, pages }: Examples, seed: number): KeepModel {
  const random = randomNumbers(seed);
  const width = features[0]?.length ?? 0;
  const thresholds = Array.from({ length: width }, (_, at) =>
    thresholdsOf(features.map(row => row[at] ?? 0)),
  );
  const binned = thresholds.map((cuts, at) =>
    Uint8Array.from(features, row => cuts.filter(cut => (row[at] ?? 0) >= cut).length),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const positive = weights.reduce((total, weight, row) => total + weight * (labels[row] ?? 0), 0);
  const base = round(Math.log(positive / (sum - positive)));
  const logits = new Float64Array(features.length).fill(base);
  const gradients = new Float64Array(features.length);
  const curvatures = new Float64Array(features.length);
  const trees: Node[][] = [];
  for (let tree = 0; tree < treeCount; tree += 1) {
    for (let row = 0; row < features.length; row += 1) {
      const likely = 1 / (1 + Math.exp(-(logits[row] ?? 0)));
      // Weights with a mean of 1 give the same meaning to `leastOnSide` and `shrinkage` whatever the pages.
      const weight = ((weights[row] ?? 0) * features.length) / sum;
      gradients[row] = (likely - (labels[row] ?? 0)) * weight;
      curvatures[row] = Math.max(likely * (1 - likely), 1e-4) * weight;
    }
    const seen = new Set([...new Set(pages)].filter(() => random() < pageShare));
    const tried = thresholds.map((_, at) => at).filter(() => random() < featureShare);
    const rows = pages.flatMap((page, row) => (seen.has(page) ? [row] : []));
    const grown = growTree(rows, tried, { binned, thresholds, gradients, curvatures });
    trees.push(grown);
    for (let row = 0; row < features.length; row += 1)
      logits[row] = (logits[row] ?? 0) + valueOf(grown, features[row] ?? []);
  }
  return { features: names, base, trees };
}

interface Slopes {
  readonly binned: readonly Uint8Array[];
  readonly thresholds: readonly (readonly number[])[];
  readonly gradients: Float64Array;
  readonly curvatures: Float64Array;
}

interface Leaf {
  readonly node: number;
  readonly rows: readonly number[];
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
}

/** Splits the leaf that gains most, until the tree has its number of leaves. */
function growTree(rows: readonly number[], tried: readonly number[], slopes: Slopes): Node[] {
  const tree: Node[] = [];
  const leafOf = (of: readonly number[]): Leaf => {
    const leaf = bestSplit(of, tried, slopes);
    return { ...leaf, rows: of, node: tree.push([round(leaf.value)]) - 1 };
  };
  const open = [leafOf(rows)];
  while (open.length < leaves) {
    open.sort((a, b) => b.gain - a.gain);
    const best = open[0];
    if (!best || best.gain <= 0) break;
    open.shift();
    const column = slopes.binned[best.feature] ?? new Uint8Array();
    const left = leafOf(best.rows.filter(row => (column[row] ?? 0) <= best.bin));
    const right = leafOf(best.rows.filter(row => (column[row] ?? 0) > best.bin));
    const threshold = slopes.thresholds[best.feature]?.[best.bin] ?? 0;
    tree[best.node] = [best.feature, threshold, left.node, right.node];
    open.push(left, right);
  }
  return tree;
}

function bestSplit(rows: readonly number[], tried: readonly number[], slopes: Slopes) {
  const { binned, thresholds, gradients, curvatures } = slopes;
  let gradient = 0;
  let curvature = 0;
  for (const row of rows) {
    gradient += gradients[row] ?? 0;
    curvature += curvatures[row] ?? 0;
  }
  const gainOf = (g: number, h: number) => (g * g) / (h + shrinkage);
  const best = { gain: 0, feature: -1, bin: 0, value: (-gradient / (curvature + shrinkage)) * rate };
  for (const feature of tried) {
    const column = binned[feature] ?? new Uint8Array();
    const byGradient = new Float64Array(bins);
    const byCurvature = new Float64Array(bins);
    for (const row of rows) {
      const bin = column[row] ?? 0;
      byGradient[bin] = (byGradient[bin] ?? 0) + (gradients[row] ?? 0);
      byCurvature[bin] = (byCurvature[bin] ?? 0) + (curvatures[row] ?? 0);
    }
    let left = 0;
    let leftCurvature = 0;
    (thresholds[feature] ?? []).forEach((_, bin) => {
      left += byGradient[bin] ?? 0;
      leftCurvature += byCurvature[bin] ?? 0;
      const rightCurvature = curvature - leftCurvature;
      if (leftCurvature < leastOnSide || rightCurvature < leastOnSide) return;
      const gain =
        gainOf(left, leftCurvature) + gainOf(gradient - left, rightCurvature) - gainOf(gradient, curvature);
      if (gain > best.gain) Object.assign(best, { gain, feature, bin });
    });
  }
  return best;
}

/** Values that part the rows into bins of about the same size. */
function thresholdsOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const cuts = Array.from({ length: bins - 1 }, (_, at) =>
    round(sorted[Math.floor(((at + 1) * sorted.length) / bins)] ?? 0),
  );
  return [...new Set(cuts)].filter(cut => cut > (sorted[0] ?? 0));
}

/** Four digits are enough, and keep the file of the model small. */
const round = (x: number): number => Number(x.toPrecision(4));

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
