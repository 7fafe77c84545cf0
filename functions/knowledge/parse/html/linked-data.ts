import type { PageData } from './html.ts';
import { jsonOf } from './page-data.ts';

/** An object of the page's JSON-LD: a question, an article, a product. */
export type LinkedNode = Readonly<Record<string, unknown>>;

/** More objects than this are a dump of data. */
const maxNodes = 5_000;
const maxDepth = 20;

/** All objects of the page's JSON-LD that have a type, those inside others too, in document order. */
export function linkedNodes(data: readonly PageData[]): LinkedNode[] {
  const nodes: LinkedNode[] = [];
  const walk = (value: unknown, depth: number) => {
    if (depth > maxDepth || nodes.length >= maxNodes || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach(each => walk(each, depth + 1));
    if ('@type' in value) nodes.push({ ...value });
    Object.values(value).forEach(each => walk(each, depth + 1));
  };
  for (const { kind, text } of data) if (kind === 'linked') walk(jsonOf(text), 0);
  return nodes;
}

/** The types of a node without the address of the vocabulary. */
export const typesOf = (node: LinkedNode): string[] =>
  [node['@type']]
    .flat()
    .flatMap(type => (typeof type === 'string' ? (type.split(/[/:#]/).at(-1) ?? '') : []));

/** The property as text: a string, a number, the first of several, or the name of an object. */
export function textAt(node: LinkedNode, property: string): string | undefined {
  const value = [node[property]].flat()[0];
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (typeof value === 'number') return String(value);
  return isNode(value) ? (textAt(value, '@value') ?? textAt(value, 'name')) : undefined;
}

/** The objects that the property holds. */
export const nodesAt = (node: LinkedNode, property: string): LinkedNode[] =>
  [node[property]].flat().filter(isNode);

const isNode = (value: unknown): value is LinkedNode => typeof value === 'object' && value !== null;
