import type { Archive } from './archive.ts';
import { childOf, isOn, valueOf, type XmlElement, xmlElements } from './xml.ts';

/** What a style says that matters to the text, its base styles included. */
export interface Style {
  readonly name: string;
  /** Counts from 0. Absent for what is no heading. */
  readonly outline?: number;
  readonly numbering?: NumberingRef;
  readonly hidden: boolean;
  /** It gives the ground a colour. */
  readonly shaded: boolean;
}

/** Which numbering, at which level, counted from 0. */
export interface NumberingRef {
  readonly id: string;
  readonly level: number;
}

/** Base styles above each other. */
const longestChain = 20;

/** The styles of a document by their ids, and the language that it says it is in. */
export interface Styles {
  readonly find: (id: string | undefined) => Style | undefined;
  readonly language?: string;
}

export async function readStyles(archive: Archive, part: string | undefined): Promise<Styles> {
  const elements = new Map<string, XmlElement>();
  let language: string | undefined;
  if (part !== undefined)
    for await (const element of xmlElements(archive.unpack(part), new Set(['style', 'rPrDefault']))) {
      if (element.name === 'style') elements.set(element.attributes['styleId'] ?? '', element);
      else language = valueOf(childOf(element, 'rPr'), 'lang');
    }
  const known = new Map<string, Style>();
  const find = (id: string | undefined, chain = 0): Style | undefined => {
    const element = id === undefined ? undefined : elements.get(id);
    if (id === undefined || !element || chain > longestChain) return undefined;
    const style = known.get(id) ?? styleOf(element, find(valueOf(element, 'basedOn'), chain + 1));
    known.set(id, style);
    return style;
  };
  return { find: id => find(id), ...(language === undefined ? {} : { language }) };
}

function styleOf(element: XmlElement, base: Style | undefined): Style {
  const name = (valueOf(element, 'name') ?? '').toLowerCase();
  const paragraph = childOf(element, 'pPr');
  const outline = outlineOf(paragraph) ?? headingNamed(name) ?? base?.outline;
  const numbering = numberingRefOf(paragraph, base?.numbering) ?? base?.numbering;
  return {
    name,
    ...(outline === undefined ? {} : { outline }),
    ...(numbering === undefined ? {} : { numbering }),
    shaded:
      (childOf(paragraph, 'shd') ?? childOf(childOf(element, 'rPr'), 'shd')) !== undefined ||
      base?.shaded === true,
    hidden: hiddenBy(childOf(element, 'rPr')) ?? base?.hidden ?? false,
  };
}

/** Whether the properties of a run hide it; undefined where they say nothing of it. */
export const hiddenBy = (properties: XmlElement | undefined): boolean | undefined =>
  childOf(properties, 'vanish') ? isOn(properties, 'vanish') : undefined;

/** The level of a heading. Level 9 is that of text. */
export function outlineOf(properties: XmlElement | undefined): number | undefined {
  const level = Number(valueOf(properties, 'outlineLvl') ?? Number.NaN);
  return level >= 0 && level < 9 ? level : undefined;
}

const headingNamed = (name: string): number | undefined => {
  const level = /^heading (\d)$/.exec(name)?.[1];
  return name === 'title' ? 0 : level === undefined ? undefined : Number(level) - 1;
};

/** `base`: the numbering of the style, of which the level may be another one. */
export function numberingRefOf(
  properties: XmlElement | undefined,
  base: NumberingRef | undefined,
): NumberingRef | undefined {
  const reference = childOf(properties, 'numPr');
  if (!reference) return undefined;
  const id = valueOf(reference, 'numId') ?? base?.id;
  return id === undefined ? undefined : { id, level: Number(valueOf(reference, 'ilvl') ?? base?.level ?? 0) };
}
