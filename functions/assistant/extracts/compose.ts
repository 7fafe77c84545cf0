import type { RankedUnit, UnitRanking } from './rank.ts';
import type { Unit } from './units.ts';

/** The most that one answer quotes: a reader stops reading there. A list may be longer than prose. */
const limits = { units: 3, sentences: 4, items: 12, characters: 700 };

/** A further unit is quoted if it has at least this share of the best score. */
const worthAdding = 0.75;

/** A run of neighbouring units of one passage, quoted together with one citation. */
interface Quote {
  readonly n: number;
  readonly lead: string | undefined;
  readonly units: readonly RankedUnit[];
}

/**
 * Chooses what to quote: the units that match the question best, and what a reader needs to understand them (the line
 * that introduces a list, the sentence that a pronoun points back to). Nothing is quoted twice. The best passage comes
 * first; the units of a passage keep their order.
 */
export function chooseQuotes({ units }: Pick<UnitRanking, 'units'>): Quote[] {
  const ranked = units.toSorted((a, b) => b.score - a.score);
  const best = ranked[0];
  if (!best) return [];
  const chosen: RankedUnit[] = [];
  let characters = 0;
  for (const candidate of ranked) {
    if (chosen.length >= limits.units || candidate.score < best.score * worthAdding) break;
    // Under headings about something else the subject is only mentioned.
    if (isHeaded(best) && !isHeaded(candidate)) continue;
    if (
      chosen.includes(candidate) ||
      chosen.some(other => saySame(other, candidate) || saysLess(candidate, other))
    )
      continue;
    const group = withContext(candidate, units, chosen);
    const length = group.reduce((total, { unit }) => total + unit.text.length, 0);
    if (chosen.length > 0 && characters + length > limits.characters) continue;
    chosen.push(...group);
    characters += length;
  }
  return runs(chosen, units);
}

const isHeaded = ({ above }: RankedUnit): boolean => above.some(match => match > 0);

/** What must be quoted along with a unit for it to make sense. */
function withContext(
  candidate: RankedUnit,
  all: readonly RankedUnit[],
  chosen: readonly RankedUnit[],
): RankedUnit[] {
  const siblings = all.filter(({ passage }) => passage === candidate.passage);
  const before = siblings.find(({ index }) => index === candidate.index - 1);
  const group = [candidate];
  if (candidate.unit.about !== '' && candidate.unit.kind === 'sentence') {
    group.splice(0, 1, ...answerTo(candidate, siblings));
  } else if (candidate.unit.kind === 'sentence') {
    const leans = before?.unit.block === candidate.unit.block && leansBack.test(candidate.unit.text);
    if (leans && before.unit.kind === 'sentence') group.unshift(before);
    if (candidate.unit.text.endsWith(':')) group.push(...listAfter(candidate, siblings));
  } else if (candidate.unit.kind !== 'code') {
    const whole = isSpecific(candidate) ? group : blockOf(candidate, siblings);
    const intro = siblings.find(({ index }) => index === (whole[0]?.index ?? 0) - 1);
    const introduces = intro?.unit.kind === 'sentence' && intro.unit.text.endsWith(':');
    group.splice(0, 1, ...(introduces ? [intro] : []), ...whole);
  }
  return group.filter(member => !chosen.includes(member));
}

/**
 * Whether the unit's own words match a term better than the headings above it. Such a row of a table is quoted alone.
 */
const isSpecific = ({ own, above }: RankedUnit): boolean => own.some((match, at) => match > (above[at] ?? 0));

/** The whole answer, where the unit is a part of one in a list of questions and answers. */
const answerTo = ({ unit }: RankedUnit, siblings: readonly RankedUnit[]): RankedUnit[] =>
  siblings.filter(other => other.unit.about === unit.about).slice(0, limits.sentences);

/** Whether the candidate is a row or an item of the same table or list that matches less than the chosen one. */
const saysLess = (candidate: RankedUnit, chosen: RankedUnit): boolean =>
  candidate.passage === chosen.passage &&
  candidate.unit.block === chosen.unit.block &&
  candidate.unit.kind === chosen.unit.kind &&
  candidate.unit.kind !== 'sentence' &&
  candidate.own.every((match, at) => match <= (chosen.own[at] ?? 0)) &&
  candidate.own.some((match, at) => match < (chosen.own[at] ?? 0));

/** The whole table or list. "What are the opening hours?" asks for it: nothing in the question singles out a row. */
const blockOf = ({ unit }: RankedUnit, siblings: readonly RankedUnit[]): RankedUnit[] =>
  siblings
    .filter(other => other.unit.block === unit.block && other.unit.kind === unit.kind)
    .slice(0, limits.items);

/** The list, table or code that a line ending in a colon introduces. */
function listAfter(intro: RankedUnit, siblings: readonly RankedUnit[]): RankedUnit[] {
  const after = siblings.filter(({ index }) => index > intro.index);
  const end = after.findIndex(
    ({ unit }, at) => unit.kind === 'sentence' || (at > 0 && unit.kind !== after[0]?.unit.kind),
  );
  return after.slice(0, Math.min(end < 0 ? after.length : end, limits.items));
}

/** A sentence that begins so can not be understood without the one before it. */
const leansBack =
  /^(it|its|this|these|those|they|their|them|he|his|she|her|such|however|therefore|thus|then|also|moreover|furthermore|additionally|instead|otherwise|both|there|er|sie|es|dies\w*|jedoch|außerdem|deshalb|il|elle|ils|elles|cela|ces?|cependant|ello|esto|estos?|ella|ellos|jednak|dlatego|on|ona|to)[\s,]/iu;

/** Whether two units have nearly the same words, as a notice that stands on many pages of a site. */
function saySame(a: RankedUnit, b: RankedUnit): boolean {
  const common = [...a.stems].filter(stem => b.stems.has(stem)).length;
  const smaller = Math.min(a.stems.size, b.stems.size);
  return smaller > 0 && common / smaller >= 0.85;
}

function runs(chosen: readonly RankedUnit[], all: readonly RankedUnit[]): Quote[] {
  const passages = [...new Set(chosen.map(({ passage }) => passage))];
  return passages.flatMap(passage => {
    const units = chosen
      .filter(candidate => candidate.passage === passage)
      .toSorted((a, b) => a.index - b.index);
    const groups: RankedUnit[][] = [];
    for (const unit of units) {
      const last = groups.at(-1);
      if (last && last.at(-1)?.index === unit.index - 1) last.push(unit);
      else groups.push([unit]);
    }
    return groups.map(group => ({ n: passage.n, lead: leadOf(group, all), units: group }));
  });
}

/** The heading to write above rows or items, which say little without it. Undefined for prose and code. */
function leadOf(group: readonly RankedUnit[], all: readonly RankedUnit[]): string | undefined {
  const first = group[0];
  if (!first || first.unit.kind === 'sentence' || first.unit.kind === 'code') return undefined;
  const before = all.find(({ passage, index }) => passage === first.passage && index === first.index - 1);
  if (before && group.includes(before)) return undefined;
  return first.unit.headings.at(-1) ?? first.passage.headings.at(-1);
}

/** The quotes as Markdown, each with its citation. */
export const writeQuotes = (quotes: readonly Quote[]): string => quotes.map(writeQuote).join('\n\n');

function writeQuote({ n, lead, units }: Quote): string {
  const alone = units.length === 1 && lead === undefined;
  const gap = units[0]?.unit.kind === 'sentence' ? '\n\n' : '\n';
  let text = lead === undefined ? '' : `${lead.replace(/:$/, '')}:${gap}`;
  units.forEach(({ unit }, at) => {
    const before = units[at - 1]?.unit;
    const after = units[at + 1]?.unit;
    text += before ? separatorOf(before, unit) : '';
    text +=
      unit.kind === 'code'
        ? `\`\`\`\n${unit.text}\n\`\`\``
        : `${unit.kind === 'sentence' || alone ? '' : '- '}${escapeMarkdown(unit.text)}`;
    if (endsClaim(unit, after)) text += `${unit.kind === 'code' ? '\n\n' : ' '}[${n}]`;
  });
  return text;
}

/** Each item and each row gets a citation of its own. So does a paragraph, unless it introduces what follows. */
const endsClaim = (unit: Unit, after: Unit | undefined): boolean =>
  after === undefined ||
  unit.kind === 'item' ||
  unit.kind === 'row' ||
  ((after.block !== unit.block || after.kind !== unit.kind) && !unit.text.endsWith(':'));

function separatorOf(before: Unit, unit: Unit): string {
  if (before.block === unit.block && before.kind === unit.kind) return unit.kind === 'sentence' ? ' ' : '\n';
  return '\n\n';
}

/**
 * Escapes what would be Markdown in a quoted text, so that it is shown as it stands, and a number in brackets, which
 * would look like one of our citations. Nothing else is escaped, since the answer is also read as plain text.
 */
export const escapeMarkdown = (text: string): string =>
  text.replaceAll(
    /\\(?=\p{P})|[`*]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|<(?=[\p{L}/!?])|\[(?=\s{0,9}\d[\d\s,;–-]{0,99}\]|[^\]]{0,999}\]\()|【|^(?:[#>+-]|\d+(?=[.)]))(?=[.)]?\s)/gu,
    '\\$&',
  );
