import model from './keep-model.json' with { type: 'json' };

/**
 * A sum of small decision trees (gradient boosting). `test/bench/pages/fit-extraction.ts` fits it to pages whose
 * content people have marked, and writes the file.
 */
export interface KeepModel {
  /** The names of the features, in the order that the splits number them. */
  readonly features: readonly string[];
  /** The logit of a segment that no tree knows anything about. */
  readonly base: number;
  /** A tree is a list of nodes, its root the first. */
  readonly trees: readonly (readonly Node[])[];
}

/** A leaf is `[logit]`. A split is `[feature, threshold, left, right]`: left where the feature is below the threshold. */
export type Node = readonly number[];

export const keepModel: KeepModel = model;

/** How likely a segment with these features is part of the page's content, 0 to 1. */
export function likelihood({ base, trees }: KeepModel, features: readonly number[]): number {
  let logit = base;
  for (const tree of trees) logit += valueOf(tree, features);
  return 1 / (1 + Math.exp(-logit));
}

/** The value of the leaf that the features lead to. */
export function valueOf(tree: readonly Node[], features: readonly number[]): number {
  let node = tree[0] ?? noLeaf;
  while (node.length === 4) {
    const isBelow = (features[node[0] ?? 0] ?? 0) < (node[1] ?? 0);
    node = tree[(isBelow ? node[2] : node[3]) ?? 0] ?? noLeaf;
  }
  return node[0] ?? 0;
}

const noLeaf: Node = [0];
