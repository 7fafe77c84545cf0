import { hash } from 'node:crypto';

/**
 * The pairs of neighbouring words of a text, as a sorted set of 20-bit hashes, each stored as its distance from the one
 * before. By it two versions of a page are compared, and a passage is looked for, without keeping the text. A page of
 * 600 words takes about a kilobyte.
 */
export type TextFingerprint = Uint8Array;

/** Of a longer text only so many pairs count. */
const mostPairs = 8_000;

export function fingerprintOf(texts: Iterable<string>): TextFingerprint {
  const hashes = new Set<number>();
  for (const text of texts) for (const pair of pairsOf(text)) if (hashes.size < mostPairs) hashes.add(pair);
  const bytes: number[] = [];
  let before = 0;
  for (const one of [...hashes].sort((a, b) => a - b)) {
    let distance = one - before;
    before = one;
    // Seven bits a byte; the eighth tells that more follow.
    for (; distance > 0x7f; distance >>>= 7) bytes.push((distance & 0x7f) | 0x80);
    bytes.push(distance);
  }
  return Uint8Array.from(bytes);
}

/** The share of all pairs that only one of the two has: 0 for the same text, 1 for one that has nothing in common. */
export function differenceOf(one: TextFingerprint, other: TextFingerprint): number {
  const [ours, theirs] = [unpack(one), unpack(other)];
  const shared = countIn(ours, theirs);
  const all = ours.size + theirs.size - shared;
  return all === 0 ? 0 : (all - shared) / all;
}

/** Whether the text still has the passage, but for a pair in ten, which may span two blocks of the page. */
export function holdsPassage(text: TextFingerprint, passage: string): boolean {
  const pairs = new Set(pairsOf(passage));
  if (pairs.size === 0) return true;
  return pairs.size - countIn(pairs, unpack(text)) <= Math.floor(pairs.size / 10);
}

/** How many of these the other set has. */
const countIn = (these: ReadonlySet<number>, other: ReadonlySet<number>): number => {
  let count = 0;
  for (const one of these) if (other.has(one)) count += 1;
  return count;
};

function* pairsOf(text: string): Iterable<number> {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  for (const [at, word] of words.entries()) {
    // A last word alone is a pair, too, so that a text of one word has a fingerprint.
    if (at < words.length - 1 || words.length === 1) yield hashOf(`${word} ${words[at + 1] ?? ''}`);
  }
}

const hashOf = (pair: string): number => Number.parseInt(hash('sha1', pair).slice(0, 5), 16);

function unpack(bytes: TextFingerprint): Set<number> {
  const hashes = new Set<number>();
  let value = 0;
  let distance = 0;
  let shift = 0;
  for (const byte of bytes) {
    distance |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte > 0x7f) continue;
    value += distance;
    hashes.add(value);
    distance = 0;
    shift = 0;
  }
  return hashes;
}
