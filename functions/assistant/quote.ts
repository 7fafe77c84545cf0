import type { Passage } from '../platform/model.ts';
import { unitsOf } from '../platform/models/units.ts';
import { wordsOf } from '../platform/models/words.ts';

export interface Quote {
  /** For the reader: the words that bear the claim out and what follows them, at most 200 characters. */
  readonly excerpt: string;
  /** For the link: words as they stand in one paragraph of the page; empty where the passage has none. */
  readonly verbatim: string;
}

const excerptLength = 200;

/** Finds the words of the passage that bear out what an answer says before its citation `[n]`. */
export function quoteFor(passage: Passage, answer: string, n: number): Quote {
  const claimed = new Set(claimsBefore(answer, n).flatMap(claim => wordsOf(claim).map(({ stem }) => stem)));
  const units = unitsOf(passage.text);
  let best = 0;
  let bestShare = 0;
  units.forEach(({ text }, index) => {
    const stems = new Set(wordsOf(text).map(({ stem }) => stem));
    const common = [...stems].filter(stem => claimed.has(stem)).length;
    // Half by how much of the claim it says, half by how much else it says.
    const share = common / Math.max(1, claimed.size) + common / Math.max(3, stems.size);
    if (share > bestShare) [best, bestShare] = [index, share];
  });
  const chosen = units[best];
  if (!chosen) return { excerpt: shorten(passage.text), verbatim: '' };
  const following = units.slice(best).map(({ text }) => text);
  const flat = passage.text.replaceAll(/\s+/g, ' ');
  return {
    excerpt: shorten(following.join(' ')),
    verbatim: chosen.kind !== 'code' && flat.includes(chosen.text) ? chosen.text : '',
  };
}

/** The text between each citation `[n]` and the one before it, or the paragraph's beginning. */
function claimsBefore(answer: string, n: number): string[] {
  const claims: string[] = [];
  let claim = '';
  for (const part of answer.split(/(\[\d{1,3}\]|\n\n)/)) {
    if (part === `[${n}]`) claims.push(claim);
    else if (part === '\n\n') claim = '';
    else if (!/^\[\d{1,3}\]$/.test(part)) claim = part.trim() === '' ? claim : part;
  }
  return claims;
}

/** Cut at a word, with an ellipsis, where it is longer than an excerpt may be. */
function shorten(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  if (flat.length <= excerptLength) return flat;
  const cut = flat
    .slice(0, excerptLength - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > excerptLength / 2 ? space : undefined)}…`;
}
