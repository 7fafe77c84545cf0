import { alternativeOf, childOf, childrenOf, within, type XmlElement } from './xml.ts';

/** Something on a slide that says something. */
export interface Shape {
  readonly element: XmlElement;
  /** What it is for, as the layout calls it: `title`, `body`, `ftr`. `''` for what nobody planned. */
  readonly role: string;
  /** Charts and diagrams, by the ids of their relations. */
  readonly drawings: readonly string[];
  readonly place: Place;
}

/** In units of Office, from the left upper corner of the slide. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a layout puts placeholders, by role and by number. */
export type Places = ReadonlyMap<string, Place>;

const nowhere: Place = { x: 0, y: 0, width: 0, height: 0 };

/** A shift and a stretch of what is in a group. */
type Transform = (place: Place) => Place;

/**
 * The shapes in the order in which they are read: the title, then from top to bottom, those beside each other from left
 * to right. The order in the file is that in which they are drawn.
 */
export function shapesInOrder(tree: XmlElement | undefined, places: Places): Shape[] {
  const shapes = [...shapesOf(tree, places, place => place)];
  const titles = shapes.filter(({ role }) => /title$/i.test(role) && role !== 'subTitle');
  const others = shapes.filter(shape => !titles.includes(shape)).toSorted((a, b) => a.place.y - b.place.y);
  const rows: Shape[][] = [];
  for (const shape of others) {
    const row = rows.at(-1);
    const [first] = row ?? [];
    if (row && first && shape.place.y < first.place.y + Math.max(1, first.place.height / 2)) row.push(shape);
    else rows.push([shape]);
  }
  return [...titles, ...rows.flatMap(row => row.toSorted((a, b) => a.place.x - b.place.x))];
}

/** The places of the placeholders of a layout; those it does not place itself are where its master has them. */
export function placesOf(tree: XmlElement | undefined, inherited: Places): Places {
  const places = new Map(inherited);
  for (const { element, role, place } of shapesOf(tree, inherited, place => place)) {
    const placeholder = placeholderOf(element);
    if (!placeholder || place === nowhere) continue;
    places.set(`role ${role}`, place);
    places.set(`number ${placeholder.attributes['idx']}`, place);
  }
  return places;
}

function* shapesOf(tree: XmlElement | undefined, places: Places, transform: Transform): Iterable<Shape> {
  for (const element of childrenOf(tree)) {
    if (isHidden(element)) continue;
    if (element.name === 'grpSp') yield* shapesOf(element, places, insideOf(element, transform));
    else if (element.name === 'AlternateContent') yield* shapesOf(alternativeOf(element), places, transform);
    else if (element.name === 'sp' || element.name === 'graphicFrame') {
      const placeholder = placeholderOf(element);
      const role = placeholder ? (placeholder.attributes['type'] ?? 'obj') : '';
      const own = placeWritten(childOf(childOf(element, 'spPr'), 'xfrm') ?? childOf(element, 'xfrm'));
      const planned =
        placeholder && (places.get(`number ${placeholder.attributes['idx']}`) ?? places.get(`role ${role}`));
      yield {
        element,
        role,
        place: own ? transform(own) : (planned ?? nowhere),
        drawings: drawingsOf(element),
      };
    }
  }
}

/** What says of a shape what it is called, and what for it is there. */
const about = (element: XmlElement): XmlElement | undefined =>
  childrenOf(element).find(({ name }) => /^nv\w*Pr$/.test(name));

const placeholderOf = (element: XmlElement): XmlElement | undefined =>
  childOf(childOf(about(element), 'nvPr'), 'ph');

const isHidden = (element: XmlElement): boolean =>
  /^(?:1|true)$/.test(childOf(about(element), 'cNvPr')?.attributes['hidden'] ?? '');

function placeWritten(xfrm: XmlElement | undefined, at = 'off', size = 'ext'): Place | undefined {
  const [offset, extent] = [childOf(xfrm, at), childOf(xfrm, size)];
  if (!offset || !extent) return undefined;
  const number = (element: XmlElement, name: string) => Number(element.attributes[name] ?? 0) || 0;
  return {
    x: number(offset, 'x'),
    y: number(offset, 'y'),
    width: number(extent, 'cx'),
    height: number(extent, 'cy'),
  };
}

function insideOf(group: XmlElement, outer: Transform): Transform {
  const xfrm = childOf(childOf(group, 'grpSpPr'), 'xfrm');
  const [to, from] = [placeWritten(xfrm), placeWritten(xfrm, 'chOff', 'chExt')];
  if (!to || !from) return outer;
  const [wide, high] = [to.width / from.width || 1, to.height / from.height || 1];
  return place =>
    outer({
      x: to.x + (place.x - from.x) * wide,
      y: to.y + (place.y - from.y) * high,
      width: place.width * wide,
      height: place.height * high,
    });
}

const drawingsOf = (element: XmlElement): string[] =>
  element.name !== 'graphicFrame'
    ? []
    : [
        ...[...within(element, 'chart')].map(({ attributes }) => attributes['r:id'] ?? ''),
        ...[...within(element, 'relIds')].map(({ attributes }) => attributes['r:dm'] ?? ''),
      ];
