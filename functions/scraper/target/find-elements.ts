import { Parser } from 'htmlparser2';
import { cut } from '../../platform/portable/text-length.ts';
import { labelPairs } from './label-pairs.ts';
import type { Target, TargetMatch } from './schema.ts';

const maxMatches = 50;
/** In characters, of the text and of the HTML of one match. */
const longestPart = 20_000;
const longestAttribute = 1_000;
const maxAttributes = 50;
/** In characters of JSON: what a job's result may have, in the table that keeps it. */
const longestResult = 200_000;

/** A match whose end is not read yet. */
interface Open {
  readonly depth: number;
  readonly start: number;
  readonly attributes: Record<string, string>;
  text: string;
}

/**
 * The elements of the page that the target describes, in their order, at most 50 and together at most 200,000
 * characters. Matches may lie in each other. The page is read once, without a tree, so that no nesting is too deep.
 */
export function findElements(html: string, target: Target): TargetMatch[] {
  const wanted = conditionOf(target);
  const found: (TargetMatch | undefined)[] = [];
  const open: { readonly index: number; readonly match: Open }[] = [];
  let depth = 0;
  let silent = 0;
  const write = (text: string) => {
    for (const { match } of open) if (match.text.length < longestPart) match.text += text;
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      depth += 1;
      if (!inline.has(name)) write('\n');
      if (silentElements.has(name)) silent += 1;
      if (found.length >= maxMatches || !wanted(name, attributes)) return;
      open.push({ index: found.length, match: { depth, start: parser.startIndex, attributes, text: '' } });
      found.push(undefined);
    },
    ontext(text) {
      if (silent === 0) write(text.replaceAll(/\s+/g, ' '));
    },
    onclosetag(name) {
      const last = open.at(-1);
      if (last?.match.depth === depth) {
        open.pop();
        found[last.index] = described(last.match, html.slice(last.match.start, parser.endIndex + 1));
      }
      depth -= 1;
      if (silentElements.has(name)) silent -= 1;
      if (!inline.has(name)) write('\n');
    },
  });
  parser.end(html);
  return within(found.filter(match => match !== undefined));
}

/** Their content is no text for a reader. */
const silentElements = new Set(['script', 'style', 'template', 'noscript']);
/** Elements within a line. All others begin a new one. */
const inline = new Set(
  'a abbr b bdi bdo cite code data del dfn em i ins kbd label mark q s samp small span strong sub sup time u var wbr'.split(
    ' ',
  ),
);

function described({ attributes, text }: Open, source: string): TargetMatch {
  const lines = text
    .split('\n')
    .map(line => line.replaceAll(/\s+/g, ' ').trim())
    .filter(line => line !== '');
  const kept = Object.entries(attributes).slice(0, maxAttributes);
  return {
    text: cut(lines.join('\n'), longestPart),
    html: cut(source, longestPart),
    attributes: Object.fromEntries(
      kept.map(([name, value]) => [cut(name, 100), cut(value, longestAttribute)]),
    ),
    extracted_information: labelPairs(lines),
  };
}

/** As many of the first as fit a result. */
function within(matches: readonly TargetMatch[]): TargetMatch[] {
  let left = longestResult;
  return matches.filter(match => (left -= Buffer.byteLength(JSON.stringify(match))) >= 0);
}

type Condition = (name: string, attributes: Readonly<Record<string, string>>) => boolean;

/** The element's name, all named classes, and the value of every other attribute, or that it is there. */
function conditionOf({ type, selectors }: Target): Condition {
  const conditions = Object.entries(selectors).map(([name, value]): Condition => {
    const attribute = name.toLowerCase();
    if (value === null || value === true) return (_, attributes) => Object.hasOwn(attributes, attribute);
    const given = [value].flat().map(String);
    if (attribute !== 'class') return (_, attributes) => attributes[attribute] === given.join(' ');
    const classes = given.flatMap(text => text.split(/[\s.]+/)).filter(text => text !== '');
    return (_, attributes) => {
      const own = new Set((attributes['class'] ?? '').split(/\s+/));
      return classes.every(each => own.has(each));
    };
  });
  const tag = type.toLowerCase();
  return (name, attributes) => name === tag && conditions.every(condition => condition(name, attributes));
}
