import type { Candidate, Ranking } from './rank.ts';

/** Where the answer's reader stops reading; a list may run longer than prose. */
const limits = { units: 3, items: 12, characters: 700 };

/** Below this share of the best score a further unit is padding. */
const worthAdding = 0.72;

/** A run of neighbouring units of one passage, quoted together with one citation. */
interface Quote {
  readonly n: number;
  readonly lead: string | undefined;
  readonly units: readonly Candidate[];
}

/**
 * Chooses what to quote: the best-supported units, what they need to be understood (the line that introduces a list,
 * the sentence that a pronoun points back to), nothing twice. Best passage first, within it in its own order.
 */
export function chooseQuotes({ candidates }: Ranking): Quote[] {
  const ranked = candidates.toSorted((a, b) => b.score - a.score);
  const best = ranked[0];
  if (!best) return [];
  const chosen: Candidate[] = [];
  let characters = 0;
  for (const candidate of ranked) {
    if (chosen.length >= limits.units || candidate.score < best.score * worthAdding) break;
    if (chosen.includes(candidate) || chosen.some(other => alike(other, candidate))) continue;
    const group = withContext(candidate, candidates, chosen);
    const length = group.reduce((total, { unit }) => total + unit.text.length, 0);
    if (chosen.length > 0 && characters + length > limits.characters) continue;
    chosen.push(...group);
    characters += length;
  }
  return runs(chosen, candidates);
}

/** What must be quoted along with a unit for it to make sense. */
function withContext(
  candidate: Candidate,
  all: readonly Candidate[],
  chosen: readonly Candidate[],
): Candidate[] {
  const siblings = all.filter(({ passage }) => passage === candidate.passage);
  const before = siblings.find(({ index }) => index === candidate.index - 1);
  const group = [candidate];
  if (candidate.unit.kind === 'sentence') {
    if (before && before.unit.kind === 'sentence' && leansBack.test(candidate.unit.text))
      group.unshift(before);
    if (candidate.unit.text.endsWith(':')) group.push(...listAfter(candidate, siblings));
  } else if (before && before.unit.kind === 'sentence' && before.unit.text.endsWith(':')) {
    group.unshift(before);
  }
  return group.filter(member => !chosen.includes(member));
}

/** The list, table or code that a line ending in a colon introduces. */
function listAfter(intro: Candidate, siblings: readonly Candidate[]): Candidate[] {
  const after = siblings.filter(({ index }) => index > intro.index);
  const end = after.findIndex(
    ({ unit }, at) => unit.kind === 'sentence' || (at > 0 && unit.kind !== after[0]?.unit.kind),
  );
  return after.slice(0, Math.min(end < 0 ? after.length : end, limits.items));
}

/** A sentence that begins so is not understood alone. */
const leansBack =
  /^(it|its|this|these|those|they|their|them|he|his|she|her|such|however|therefore|thus|then|also|moreover|furthermore|additionally|instead|otherwise|both|there|er|sie|es|dies\w*|jedoch|außerdem|deshalb|il|elle|ils|elles|cela|ces?|cependant|ello|esto|estos?|ella|ellos|jednak|dlatego|on|ona|to)[\s,]/iu;

/** Nearly the same words: the same notice stands on many pages of a site. */
function alike(a: Candidate, b: Candidate): boolean {
  const common = [...a.stems].filter(stem => b.stems.has(stem)).length;
  const smaller = Math.min(a.stems.size, b.stems.size);
  return smaller > 0 && common / smaller >= 0.85;
}

function runs(chosen: readonly Candidate[], all: readonly Candidate[]): Quote[] {
  const passages = [...new Set(chosen.map(({ passage }) => passage))];
  return passages.flatMap(passage => {
    const units = chosen
      .filter(candidate => candidate.passage === passage)
      .toSorted((a, b) => a.index - b.index);
    const groups: Candidate[][] = [];
    for (const unit of units) {
      const last = groups.at(-1);
      if (last && last.at(-1)?.index === unit.index - 1) last.push(unit);
      else groups.push([unit]);
    }
    return groups.map(group => ({ n: passage.n, lead: leadOf(group, all), units: group }));
  });
}

/** Rows and items say little without the heading that they stand under. */
function leadOf(group: readonly Candidate[], all: readonly Candidate[]): string | undefined {
  const first = group[0];
  if (!first || first.unit.kind === 'sentence' || first.unit.kind === 'code') return undefined;
  const before = all.find(({ passage, index }) => passage === first.passage && index === first.index - 1);
  if (before && group.includes(before)) return undefined;
  return first.unit.headings.at(-1) ?? first.passage.headings.at(-1);
}

/** The quotes as Markdown, each with its citation. */
export const writeQuotes = (quotes: readonly Quote[]): string => quotes.map(writeQuote).join('\n\n');

function writeQuote({ n, lead, units }: Quote): string {
  let text = lead === undefined ? '' : `${lead.replace(/:$/, '')}:\n`;
  const alone = units.length === 1;
  units.forEach(({ unit }, at) => {
    const before = units[at - 1];
    if (unit.kind === 'code') text += `${at === 0 ? '' : '\n\n'}\`\`\`\n${unit.text}\n\`\`\`\n`;
    else if (unit.kind === 'sentence')
      text += `${at === 0 ? '' : before?.unit.kind === 'sentence' ? ' ' : '\n\n'}${escape(unit.text)}`;
    else
      text += `${at === 0 ? '' : before?.unit.kind === 'sentence' ? '\n\n' : '\n'}${alone && lead === undefined ? '' : '- '}${escape(unit.text)}`;
  });
  return `${text}${text.endsWith('\n') ? '' : ' '}[${n}]`;
}

/** A quoted text is shown as it stands: its own brackets and marks are no Markdown of ours. */
const escape = (text: string): string => text;
