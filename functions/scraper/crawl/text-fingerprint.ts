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
  const take = (pair: number) => {
    if (hashes.size < mostPairs) hashes.add(pair);
  };
  for (const text of texts) eachPair(text, take);
  const bytes: number[] = [];
  let before = 0;
  for (const one of Uint32Array.from(hashes).sort()) {
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
  const pairs = new Set<number>();
  eachPair(passage, pair => pairs.add(pair));
  if (pairs.size === 0) return true;
  return pairs.size - countIn(pairs, unpack(text)) <= Math.floor(pairs.size / 10);
}

/** How many of these the other set has. */
const countIn = (these: ReadonlySet<number>, other: ReadonlySet<number>): number => {
  let count = 0;
  for (const one of these) if (other.has(one)) count += 1;
  return count;
};

/** Calls `take` with the hash of each pair of neighbouring words. */
function eachPair(text: string, take: (pair: number) => void): void {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  let before = hashOf(words[0] ?? '');
  // A word alone is a pair, too, so that a text of one word has a fingerprint.
  if (words.length === 1) take(pairOf(before, 0));
  for (let at = 1; at < words.length; at += 1) {
    const hash = hashOf(words[at] ?? '');
    take(pairOf(before, hash));
    before = hash;
  }
}

/** FNV-1a. It is many times quicker than a digest, and nobody gains by a collision. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash;
}

/** 20 bits of both hashes. They differ with the order of the two. */
function pairOf(one: number, other: number): number {
  const mixed = Math.imul(Math.imul(one, 0x01000193) ^ other, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 12;
}

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
