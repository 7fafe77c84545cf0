import type { Block } from '../../documents/document.ts';
import { type PageData, trimSpaces } from './html.ts';
import { jsonOf } from './page-data.ts';

/** Properties whose strings are text for readers even where they are short. */
const textProperties =
  /^(?:title|headline|heading|name|label|question|answer|text|content|body|description|summary|excerpt|caption|phone|telephone|email|address|price|hours|value)$/i;
const headingProperties = /^(?:title|headline|heading|question)$/i;
/** Properties whose strings are never text for readers. */
const codeProperties =
  /^(?:id|key|slug|type|kind|class(?:name)?|styles?|css|href|url|uri|src|path|route|locale|lang|query|hash|token|build\w*|__\w+|\$\w+|_\w+)$/i;
/** What is written for machines: addresses, paths, colours, code, dates as numbers. */
const forMachines =
  /^(?:https?:|data:|\/|#|\{|\[|\.\w)|[{};]\s*$|=>|\bfunction\b|^[\w-]+(?:\/[\w.+-]+)+$|^[\dT:.Z+-]+$/;

/** More is a dump of data. */
const maxBlocks = 500;
const maxValues = 20_000;
const maxDepth = 40;
/** In characters. */
const longestHeading = 150;

/**
 * The texts for readers in the data that the page's scripts draw it from (`__NEXT_DATA__` and its like), in the order
 * in which they stand there. What is for machines is told by the name of the property and the form of the text.
 */
export function stateBlocks(data: readonly PageData[]): Block[] {
  const blocks: Block[] = [];
  const seen = new Set<string>();
  let values = 0;
  const add = (property: string, value: string) => {
    const text = trimSpaces(value.replaceAll(/<[^>]{0,500}>/g, ' '));
    if (seen.has(text) || blocks.length >= maxBlocks || !isForReaders(property, text)) return;
    seen.add(text);
    const isHeading = headingProperties.test(property) && text.length <= longestHeading;
    blocks.push(isHeading ? { kind: 'heading', level: 2, text } : { kind: 'text', text });
  };
  const walk = (property: string, value: unknown, depth: number) => {
    values += 1;
    if (depth > maxDepth || values > maxValues) return;
    if (typeof value === 'string') add(property, value);
    else if (Array.isArray(value)) {
      const runs = value.flatMap(textOfRun);
      if (runs.length > 0 && runs.length === value.length) add('text', runs.join(''));
      else for (const each of value) walk(property, each, depth + 1);
    } else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(name, inner, depth + 1);
  };
  for (const { kind, text } of data) if (kind === 'state') walk('', jsonOf(text), 0);
  return blocks;
}

/** The text of one run of a paragraph, as editors store them: `{"text": "open", "bold": true}`. */
function textOfRun(value: unknown): string | [] {
  if (typeof value !== 'object' || value === null) return [];
  const run: Readonly<Record<string, unknown>> = { ...value };
  if (Object.values(run).some(each => typeof each === 'object' && each !== null && !isEmpty(each))) return [];
  const text = run['text'] ?? (run['nodeType'] === 'text' ? run['value'] : undefined);
  return typeof text === 'string' ? text : [];
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

function isForReaders(property: string, text: string): boolean {
  if (text === '' || codeProperties.test(property) || forMachines.test(text)) return false;
  return textProperties.test(property)
    ? /\p{L}{2}|\d/u.test(text)
    : /\p{L}{1,40} \p{L}{1,40} \p{L}/u.test(text) || isUnspaced(text);
}

/** Chinese and Japanese write no spaces between words. */
const isUnspaced = (text: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{8}/u.test(text);
