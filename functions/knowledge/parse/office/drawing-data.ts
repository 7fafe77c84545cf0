import type { Block } from '../../documents/document.ts';
import type { Archive } from './archive.ts';
import { cellText, tableBlocks } from './table-shape.ts';
import { childOf, childrenOf, textWithin, within, type XmlElement, xmlElements } from './xml.ts';

/** In points of a chart. More are a curve, of which nobody reads the numbers. */
const mostPoints = 500;

/** What a chart or a diagram says, by the name of its part: its title, and its numbers as a table; or its texts. */
export async function drawingBlocks(archive: Archive, part: string): Promise<Block[]> {
  for await (const element of xmlElements(archive.unpack(part), new Set(['chart', 'dataModel'])))
    return element.name === 'chart' ? chartBlocks(element) : diagramBlocks(element);
  return [];
}

function chartBlocks(chart: XmlElement): Block[] {
  const title = childOf(chart, 'title');
  const text = title ? cellText(linesWithin(title).join(' ')) : '';
  const series = [...within(chart, 'ser')];
  const names = series.map(one => textOfPoints(childOf(one, 'tx')).join(' '));
  const [first] = series;
  const categories = pointsOf(childOf(first, 'cat') ?? childOf(first, 'xVal'));
  const values = series.map(one => pointsOf(childOf(one, 'val') ?? childOf(one, 'yVal')));
  const places = [...new Set([categories, ...values].flatMap(points => [...points.keys()]))];
  const rows = places
    .toSorted((a, b) => a - b)
    .map(place => [categories.get(place) ?? '', ...values.map(points => points.get(place) ?? '')]);
  return [
    ...(text === '' ? [] : [{ kind: 'text', text } as const]),
    ...(rows.length > mostPoints ? [] : tableBlocks([['', ...names]], rows)),
  ];
}

/** The cached values, by their places. */
function pointsOf(data: XmlElement | undefined): Map<number, string> {
  const points = data ? [...within(data, 'pt')] : [];
  return new Map(points.map(point => [Number(point.attributes['idx'] ?? 0), textWithin(point).trim()]));
}

const textOfPoints = (data: XmlElement | undefined): string[] =>
  data ? [...within(data, 'v')].map(textWithin) : [];

/** The paragraphs of a text in a drawing. */
export const linesWithin = (element: XmlElement): string[] =>
  [...within(element, 'p')].map(paragraph => [...within(paragraph, 't')].map(textWithin).join(''));

/** The boxes of a diagram (SmartArt). Those that only show what another box holds have no text of their own. */
function diagramBlocks(model: XmlElement): Block[] {
  const points = childrenOf(childOf(model, 'ptLst'), 'pt');
  const lines = points.flatMap(point =>
    childrenOf(point, 't').map(text => cellText(linesWithin(text).join(' '))),
  );
  const items = lines.filter(line => line !== '').map(line => `- ${line}`);
  return items.length === 0 ? [] : [{ kind: 'list', text: items.join('\n') }];
}
