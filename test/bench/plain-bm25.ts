const stopWords = new Set(
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  ),
);

const tokens = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter(word => !stopWords.has(word));

/** The textbook ranking in memory, to compare with: no stemming. Gives the positions of the best `k` texts. */
export function plainBm25(texts: readonly string[], k1 = 1.2, b = 0.75) {
  const postings = new Map<string, { at: number; count: number }[]>();
  const lengths = texts.map((text, at) => {
    const words = tokens(text);
    for (const [word, found] of Map.groupBy(words, word => word)) {
      const list = postings.get(word) ?? [];
      list.push({ at, count: found.length });
      postings.set(word, list);
    }
    return words.length;
  });
  const mean = lengths.reduce((sum, length) => sum + length, 0) / texts.length;
  return (question: string, k: number): number[] => {
    const scores = new Map<number, number>();
    for (const word of new Set(tokens(question))) {
      const list = postings.get(word) ?? [];
      const rarity = Math.log(1 + (texts.length - list.length + 0.5) / (list.length + 0.5));
      for (const { at, count } of list) {
        const long = k1 * (1 - b + (b * (lengths[at] ?? 0)) / mean);
        scores.set(at, (scores.get(at) ?? 0) + (rarity * count * (k1 + 1)) / (count + long));
      }
    }
    const best = [...scores].sort((one, other) => other[1] - one[1]);
    return best.slice(0, k).map(([at]) => at);
  };
}
