import type { Block } from '../../documents/document.ts';
import { toBlocks } from './blocks.ts';
import { type PageData, trimSpaces } from './html.ts';
import { type LinkedNode, nodesAt, textAt, typesOf } from './linked-data.ts';
import { parseHtml } from './parse-html.ts';
import { stateBlocks } from './state-blocks.ts';

/** In characters. A page that shows less than this is searched for text that its scripts would show. */
export const shortPage = 250;

/** The length of the blocks' text, in characters. */
export const lengthOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, { text }) => sum + text.length, 0);

/**
 * What the page's data says and the page does not show: the answers to its questions, its article where less than half
 * of it is shown, and, of a page that shows almost nothing, what its data says of things or what its scripts would
 * draw.
 */
export function dataBlocks(
  nodes: readonly LinkedNode[],
  data: readonly PageData[],
  shown: readonly Block[],
): Block[] {
  let known: string | undefined;
  const seen = () => (known ??= comparable(shown.map(({ text }) => text).join('\n')));
  const isShown = (text: string) =>
    seen().includes(comparable(text.slice(0, compared * 2)).slice(0, compared));
  const questions = nodes.filter(node => typesOf(node).includes('Question')).slice(0, maxQuestions);
  const article = nodes.find(node => textAt(node, 'articleBody') !== undefined);
  const blocks = [
    ...questions.flatMap(node => questionBlocks(node, isShown)),
    ...(article ? articleBlocks(article, () => seen().length) : []),
  ];
  if (lengthOf(shown) + lengthOf(blocks) >= shortPage) return blocks;
  const things = nodes.flatMap(thingBlocks).filter(({ text }) => !isShown(text));
  if (lengthOf(shown) + lengthOf(blocks) + lengthOf(things) >= shortPage) return [...blocks, ...things];
  return [...blocks, ...things, ...stateBlocks(data).filter(({ text }) => !isShown(text))];
}

/** Each is looked for in the whole text that is shown. */
const maxQuestions = 200;
/** In characters: as much of a text is looked for among what is shown. */
const compared = 60;
const comparable = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]+/gu, '').toLowerCase();

/** Text of a page's data may be plain or HTML. */
export const proseBlocks = (text: string): Block[] =>
  toBlocks({ roots: [parseHtml(text.replaceAll(/\n\s*\n/g, '<p>')).body], dropped: new Set() });

function questionBlocks(node: LinkedNode, isShown: (text: string) => boolean): Block[] {
  const question = textAt(node, 'name') ?? textAt(node, 'text');
  const answers = [...nodesAt(node, 'acceptedAnswer'), ...nodesAt(node, 'suggestedAnswer')];
  const blocks = answers.flatMap(answer => proseBlocks(textAt(answer, 'text') ?? ''));
  if (question === undefined || blocks.length === 0) return [];
  // A short answer, such as "Yes.", may stand anywhere.
  const answer = blocks.map(({ text }) => text).join(' ');
  if (isShown(answer) && (answer.length >= compared || isShown(question))) return [];
  return [{ kind: 'heading', level: 3, text: plain(question) }, ...blocks];
}

function articleBlocks(node: LinkedNode, shownLength: () => number): Block[] {
  const blocks = proseBlocks(textAt(node, 'articleBody') ?? '');
  const headline = textAt(node, 'headline') ?? textAt(node, 'name');
  if (blocks.length === 0 || comparable(blocks.map(({ text }) => text).join('')).length < shownLength() * 2)
    return [];
  return headline === undefined ? blocks : [{ kind: 'heading', level: 1, text: plain(headline) }, ...blocks];
}

/** What describes the site, its pictures or its parts, and not what the page is about. */
const surroundings =
  /^(?:WebSite|WebPage|\w+Action|BreadcrumbList|ListItem|ImageObject|Question|Answer|EntryPoint)$/;
/** Texts of a thing, each a block of its own. */
const texts = ['description', 'abstract', 'text', 'reviewBody', 'recipeInstructions', 'responsibilities'];
/** Facts of a thing, each on a line. */
const facts = [
  ['telephone', 'Telephone'],
  ['email', 'Email'],
  ['streetAddress', 'Street'],
  ['postalCode', 'Postcode'],
  ['addressLocality', 'Town'],
  ['openingHours', 'Opening hours'],
  ['startDate', 'Start'],
  ['endDate', 'End'],
  ['location', 'Place'],
  ['price', 'Price'],
  ['priceCurrency', 'Currency'],
  ['brand', 'Brand'],
  ['author', 'Author'],
] as const;

function thingBlocks(node: LinkedNode): Block[] {
  const types = typesOf(node);
  if (types.length === 0 || types.some(type => surroundings.test(type))) return [];
  const name = textAt(node, 'headline') ?? textAt(node, 'name');
  const prose = texts.flatMap(property => proseBlocks(textAt(node, property) ?? ''));
  const lines = facts.flatMap(([property, label]) => {
    const value = [node[property]]
      .flat()
      .filter(each => typeof each === 'string' || typeof each === 'number');
    const text = value.length > 1 ? value.join(', ') : textAt(node, property);
    return text === undefined ? [] : `${label}: ${plain(text)}`;
  });
  if (prose.length === 0 && lines.length === 0) return [];
  return [
    ...(name === undefined ? [] : [{ kind: 'heading', level: 2, text: plain(name) } as const]),
    ...prose,
    ...(lines.length === 0 ? [] : [{ kind: 'text', text: lines.join('\n') } as const]),
  ];
}

const plain = (text: string): string =>
  trimSpaces(
    proseBlocks(text)
      .map(block => block.text)
      .join(' '),
  );
