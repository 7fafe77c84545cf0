import type { Passage } from '../platform/models/model.ts';
import { type Unit, unitsOf } from './extracts/units.ts';
import { wordsOf } from '../platform/text/words.ts';
import { cut, isLonger } from '../platform/portable/text-length.ts';

export interface Quote {
  /** For the reader: the words that support the claim and what follows them, at most 200 characters. */
  readonly excerpt: string;
  /** For the link: exact words from one paragraph of the page. Empty where the passage has none. */
  readonly verbatim: string;
}

const excerptLength = 200;

/**
 * Finds the words of the passage that support what the answer says before its citation `[n]`. Where the answer quotes
 * the passage, they begin with the quote; else they are the sentence that says most of the claim.
 */
export function quoteFor(passage: Passage, answer: string, n: number): Quote {
  const claims = claimsBefore(answer, n);
  const units = unitsOf(passage.text);
  const quoted = quotedUnits(units, claims);
  const chosen = quoted[0] ?? closestUnit(units, claims);
  if (!chosen) return { excerpt: shorten(passage.text), verbatim: '' };
  const following = textOf(units.slice(units.indexOf(chosen)));
  const span = textOf(units.slice(units.indexOf(chosen), units.indexOf(quoted.at(-1) ?? chosen) + 1));
  const flat = passage.text.replaceAll(/\s+/g, ' ');
  return {
    // The quoted units come first. What stands between them is added where there is room.
    excerpt: shorten(
      quoted.length < 2 || !isLonger(span, excerptLength) ? following : withGaps(quoted, units),
    ),
    verbatim: chosen.kind !== 'code' && flat.includes(chosen.text) ? chosen.text : '',
  };
}

const textOf = (units: readonly Unit[]): string => units.map(({ text }) => text).join(' ');

const withGaps = (quoted: readonly Unit[], units: readonly Unit[]): string =>
  quoted
    .map((unit, at) => {
      const previous = quoted[at - 1];
      const gap = previous !== undefined && units.indexOf(unit) > units.indexOf(previous) + 1;
      return `${gap ? '… ' : ''}${unit.text}`;
    })
    .join(' ');

/** In characters. A shorter unit may be in a claim by chance. */
const leastQuoted = 8;

/** The units that a claim repeats word for word. Markdown's escapes are ignored. */
function quotedUnits(units: readonly Unit[], claims: readonly string[]): Unit[] {
  const said = claims.map(plain);
  return units.filter(({ text }) => {
    const words = plain(text);
    return words.length >= leastQuoted && said.some(claim => claim.includes(words));
  });
}

const plain = (text: string): string =>
  text
    .replaceAll(/\\(?=\p{P})/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

function closestUnit(units: readonly Unit[], claims: readonly string[]): Unit | undefined {
  const claimed = new Set(claims.flatMap(claim => wordsOf(claim).map(({ stem }) => stem)));
  let best = units[0];
  let bestShare = 0;
  for (const unit of units) {
    const stems = new Set(wordsOf(unit.text).map(({ stem }) => stem));
    const common = [...stems].filter(stem => claimed.has(stem)).length;
    // Half of the score is how much of the claim the unit says, half how little else it says.
    const share = common / Math.max(1, claimed.size) + common / Math.max(3, stems.size);
    if (share > bestShare) [best, bestShare] = [unit, share];
  }
  return best;
}

/** For each citation `[n]`: the text since the citation before it, or since the beginning of the paragraph. */
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

/** The text, cut at a word and with an ellipsis where it is longer than an excerpt may be. */
function shorten(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  if (!isLonger(flat, excerptLength)) return flat;
  const begin = cut(flat, excerptLength - 1);
  const space = begin.lastIndexOf(' ');
  return `${begin.slice(0, space > excerptLength / 2 ? space : undefined)}…`;
}
