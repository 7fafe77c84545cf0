import type { Retrieved } from '../knowledge/index.ts';

/** The passages that one answer may cite. Each keeps its number, however often a search finds it. */
export class Findings {
  readonly #byNumber = new Map<number, Retrieved>();
  readonly #numbers = new Map<string, number>();

  /** Adds the passages of a search. Returns them with their numbers in this answer. */
  add(found: readonly Retrieved[]): Retrieved[] {
    return found.map(passage => {
      const n = this.#numbers.get(passage.chunkId) ?? this.#numbers.size + 1;
      const numbered = this.#byNumber.get(n) ?? { ...passage, n };
      this.#numbers.set(passage.chunkId, n);
      this.#byNumber.set(n, numbered);
      return numbered;
    });
  }

  /** Undefined when no passage has that number. */
  get(n: number): Retrieved | undefined {
    return this.#byNumber.get(n);
  }
}
