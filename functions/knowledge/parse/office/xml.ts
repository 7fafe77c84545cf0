import { Parser } from 'htmlparser2';
import { wideEncoding } from '../encoding/decode.ts';
import { UnreadableFile } from '../file-reading.ts';

/**
 * An element of an Office file. Names are without their prefixes. Of attributes, those that refer to another part keep
 * one, `r:`.
 */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}
export type XmlNode = XmlElement | string;

/** Elements inside of each other. Office refuses more than 256 too. */
const maxNesting = 256;
/** Elements within one that is read as a whole. */
const maxElements = 2_000_000;

interface Growing extends XmlElement {
  readonly children: XmlNode[];
}

/**
 * Reads XML piece by piece, and yields each element of a `wanted` name as soon as it has ended; one inside of another
 * comes as its part. Entities other than those of XML itself are left as they are written. Throws `UnreadableFile` for
 * what no Office program writes.
 */
export async function* xmlElements(
  bytes: AsyncIterable<Uint8Array>,
  wanted: ReadonlySet<string>,
): AsyncIterable<XmlElement> {
  let ended: XmlElement[] = [];
  let open: Growing[] = [];
  let depth = 0;
  let elements = 0;
  const relationPrefixes = new Set(['r']);
  const parser = new Parser(
    {
      onprocessinginstruction(name) {
        if (name.toLowerCase() === '!doctype')
          throw new UnreadableFile(
            'its XML declares a document type, as no Office program does: save it anew',
          );
      },
      onopentag(rawName, raw) {
        depth += 1;
        if (depth > maxNesting)
          throw new UnreadableFile(`its parts are nested deeper than ${maxNesting}: save it anew`);
        const name = localName(rawName);
        if (open.length === 0 && !wanted.has(name)) return notePrefixes(raw, relationPrefixes);
        elements = open.length === 0 ? 0 : elements + 1;
        if (elements > maxElements)
          throw new UnreadableFile(`a part of it holds more than ${maxElements} elements: split it`);
        open.push({ name, attributes: attributesOf(raw, relationPrefixes), children: [] });
      },
      ontext(text) {
        const siblings = open.at(-1)?.children;
        if (!siblings) return;
        const last = siblings.length - 1;
        const before = siblings[last];
        if (typeof before === 'string') siblings[last] = before + text;
        else siblings.push(text);
      },
      onclosetag() {
        depth -= 1;
        const closed = open.pop();
        if (!closed) return;
        const parent = open.at(-1);
        if (parent) parent.children.push(closed);
        else ended.push(closed);
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const piece of bytes) {
    decoder ??= new TextDecoder(wideEncoding(piece) ?? 'UTF-8');
    parser.write(decoder.decode(piece, { stream: true }));
    yield* ended;
    ended = [];
  }
  parser.end();
  yield* ended;
  open = [];
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function notePrefixes(raw: Readonly<Record<string, string>>, prefixes: Set<string>): void {
  for (const [name, value] of Object.entries(raw))
    if (name.startsWith('xmlns:') && /\/officeDocument(?:\/2006)?\/relationships$/.test(value))
      prefixes.add(localName(name));
}

function attributesOf(
  raw: Readonly<Record<string, string>>,
  relationPrefixes: ReadonlySet<string>,
): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name in raw) {
    const value = raw[name] ?? '';
    const colon = name.indexOf(':');
    if (colon < 0) attributes[name] = value;
    else if (relationPrefixes.has(name.slice(0, colon))) attributes[`r:${name.slice(colon + 1)}`] = value;
    else attributes[name.slice(colon + 1)] ??= value;
  }
  return attributes;
}

/** The elements inside, of that name where one is given. */
export const childrenOf = (element: XmlElement | undefined, name?: string): XmlElement[] =>
  (element?.children ?? []).filter(
    (child): child is XmlElement => typeof child !== 'string' && (name === undefined || child.name === name),
  );

export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child): child is XmlElement => typeof child !== 'string' && child.name === name);

/** The attribute `val` of the child of that name, by which Office writes most properties. */
export const valueOf = (element: XmlElement | undefined, name: string): string | undefined =>
  childOf(element, name)?.attributes['val'];

/** Whether the property is there and not switched off. */
export function isOn(element: XmlElement | undefined, name: string): boolean {
  const found = childOf(element, name);
  return found !== undefined && !/^(?:0|false|off)$/.test(found.attributes['val'] ?? '');
}

/** All elements of that name inside, in order, those inside of each other too. */
export function* within(element: XmlElement, name: string): Iterable<XmlElement> {
  for (const child of childrenOf(element)) {
    if (child.name === name) yield child;
    yield* within(child, name);
  }
}

/** All text inside. */
export const textWithin = (node: XmlNode): string =>
  typeof node === 'string' ? node : node.children.map(textWithin).join('');

/** Of content that is written once for new programs and once for old ones, that which says something. */
export const alternativeOf = (element: XmlElement): XmlElement | undefined =>
  childrenOf(element).find(choice => textWithin(choice).trim() !== '') ?? childrenOf(element)[0];
