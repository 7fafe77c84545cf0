import { parseDocument } from 'htmlparser2';
import type { ChatWorld } from './chat-world.ts';

type Node = ReturnType<typeof parseDocument>['children'][number];

/** Sends the fields as a page's form does. */
export async function sendForm(
  chat: ChatWorld,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const response = await chat.app.request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
  return { response, html: await response.text() };
}

/** Every element of the HTML, with its attributes and its text. */
export function elementsOf(html: string) {
  const found: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const textOf = (node: Node): string =>
    'children' in node ? node.children.map(child => textOf(child)).join('') : 'data' in node ? node.data : '';
  const visit = (node: Node) => {
    if ('name' in node && 'attribs' in node) {
      found.push({ name: node.name, attributes: node.attribs, text: textOf(node) });
    }
    if ('children' in node) for (const child of node.children) visit(child);
  };
  for (const node of parseDocument(html).children) visit(node);
  return found;
}

/** The bubble of a reply: `div.chat-entry.assistant > div.bubble`. */
export function entryOf(html: string): { classes: string[]; text: string } {
  const [entry, bubble] = elementsOf(html);
  if (entry?.attributes['class'] !== 'chat-entry assistant') throw new Error(`no chat entry: ${html}`);
  return { classes: bubble?.attributes['class']?.split(' ') ?? [], text: bubble?.text ?? '' };
}

/** The hidden inputs of a reply: what the page sends with its next question. */
export const fieldsOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    elementsOf(html)
      .filter(({ name, attributes }) => name === 'input' && attributes['type'] === 'hidden')
      .map(({ attributes }) => [attributes['id'] ?? '', attributes['value'] ?? '']),
  );
