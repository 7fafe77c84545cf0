import type { ExtractedPage } from '../../knowledge/index.ts';
import type { FrontierEntry } from './frontier.ts';

/** The distinct words of a page, as sorted hashes. The lowest bit tells whether the word has a digit. */
type Words = Uint32Array;

/** In all pages of a crawl. Beyond it no more are remembered, and then no page is taken for a copy by its words. */
const mostWords = 4_000_000;
/** Of the words of a copy, so many of a hundred may be missing in its original: a print view says "print this". */
const missingShare = 0.02;

/**
 * Which pages of a crawl hold what others hold. A page that names another as its original (`rel=canonical`) is taken
 * for a copy until that one is read, and is visited after all when the original does not say what it says.
 */
export class Copies {
  /** By the key of the original: its copies, in the order in which they were found. */
  private readonly copies = new Map<string, FrontierEntry[]>();
  private readonly originals = new Map<string, string>();
  /** Keys of copies that were compared with nothing yet. */
  private readonly unchecked = new Set<string>();
  private readonly words = new Map<string, Words>();
  private wordCount = 0;
  /** The key of the page of this job that has this content, by the content's hash. */
  readonly byHash = new Map<string, string>();
  /** Keys of pages that are never taken for a copy of another page. */
  readonly never = new Set<string>();

  /** Remembers what the page says. Returns its words. */
  read(key: string, page: ExtractedPage): Words {
    const words = wordsOf(page);
    if (this.wordCount + words.length <= mostWords) {
      this.wordCount += words.length;
      this.words.set(key, words);
    }
    return words;
  }

  add(copy: FrontierEntry, original: string, checked: boolean): void {
    this.copies.set(original, [...(this.copies.get(original) ?? []), copy]);
    this.originals.set(copy.key, original);
    if (!checked) this.unchecked.add(copy.key);
  }

  /** The page that is no copy itself, behind the one of that key. Undefined where copies name each other in a circle. */
  originalOf(key: string): string | undefined {
    let at = key;
    const passed = new Set([at]);
    for (;;) {
      const next = this.originals.get(at);
      if (next === undefined) return at;
      if (passed.has(next)) return undefined;
      passed.add(next);
      at = next;
    }
  }

  /** Whether all that the one says is said by the other. Undefined where what either says is not remembered. */
  isWithin(copy: string, original: string): boolean | undefined {
    const [inner, outer] = [this.words.get(copy), this.words.get(original)];
    return inner && outer && contains(outer, inner);
  }

  /**
   * Takes out a copy whose original was not learned (`isLearned` says so) or does not say what it says. It is to be
   * visited after all. Where the original was not learned, its other copies become those of that page.
   */
  takeUnfounded(isLearned: (key: string) => boolean): FrontierEntry | undefined {
    for (const [original, copies] of this.copies) {
      const final = this.originalOf(original);
      const learned = final !== undefined && isLearned(final) ? final : undefined;
      const at = copies.findIndex(
        ({ key }) =>
          learned === undefined || (this.unchecked.has(key) && this.isWithin(key, learned) !== true),
      );
      const [copy] = at < 0 ? [] : copies.splice(at, 1);
      if (!copy || learned === undefined) this.copies.delete(original);
      if (!copy) continue;
      this.never.add(copy.key);
      this.originals.delete(copy.key);
      if (learned === undefined) for (const other of copies) this.add(other, copy.key, false);
      return copy;
    }
    return undefined;
  }
}

function contains(outer: Words, inner: Words): boolean {
  let missing = 0;
  let at = 0;
  for (const word of inner) {
    while (at < outer.length && (outer[at] ?? 0) < word) at += 1;
    if (outer[at] === word) continue;
    // A number that the original does not have is a fact that would be lost.
    if ((word & 1) === 1) return false;
    missing += 1;
  }
  return missing <= inner.length * missingShare;
}

function wordsOf({ title, blocks }: ExtractedPage): Words {
  const words = new Set<number>();
  addWords(title, words);
  for (const { text } of blocks) addWords(text, words);
  return Uint32Array.from(words).sort();
}

/** Adds a hash (FNV-1a) of each run of letters and digits. Written as a loop, for it reads every page. */
function addWords(text: string, words: Set<number>): void {
  let hash = 0;
  let digits = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const isDigit = code >= 0x30 && code <= 0x39;
    const isLetter = code > 0x7f || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
    if (isDigit || isLetter) {
      if (isDigit) digits = 1;
      const folded = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
      hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ folded, 0x01000193);
    } else if (hash !== 0) {
      words.add((((hash >>> 1) << 1) | digits) >>> 0);
      hash = 0;
      digits = 0;
    }
  }
}
