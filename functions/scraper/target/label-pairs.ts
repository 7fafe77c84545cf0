const longestLabel = 80;
const mostWords = 6;
const longestValue = 2_000;
const mostPairs = 50;

/**
 * The lines that read like labels, each with the lines below it, up to the next label. The first line below a label is
 * its value, also where it reads like a label: names of people do.
 */
export function labelPairs(lines: readonly string[]): Record<string, string> {
  const pairs = new Map<string, string[]>();
  let below: string[] | undefined;
  for (const line of lines) {
    if (below?.length !== 0 && isLabel(line)) {
      const label = line.endsWith(':') ? line.slice(0, -1).trimEnd() : line;
      below = pairs.get(label) ?? [];
      pairs.set(label, below);
    } else below?.push(line);
  }
  const filled = [...pairs].filter(([, values]) => values.length > 0).slice(0, mostPairs);
  return Object.fromEntries(
    filled.map(([label, values]) => [label, values.join('\n').slice(0, longestValue)]),
  );
}

/** Short, in title case (small words like `of` may be small), without a digit, an `@` or a full stop at its end. */
function isLabel(line: string): boolean {
  if (line.length > longestLabel || /[\d@]|\.$/.test(line)) return false;
  const words = line.split(/\s+/).filter(word => /\p{L}/u.test(word));
  if (words.length === 0 || words.length > mostWords) return false;
  return words.every((word, index) => startsLarge(word) || (index > 0 && word.length <= 3));
}

const startsLarge = (word: string): boolean => /^[^\p{L}]*\p{Lu}/u.test(word);
