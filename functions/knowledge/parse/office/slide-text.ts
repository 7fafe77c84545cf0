import type { Block } from '../../documents/document.ts';
import { letters, roman } from '../numerals.ts';
import type { Shape } from './slide-shapes.ts';
import { type SpanningCell, spanningTable } from './spans.ts';
import { cellText } from './table-shape.ts';
import { childOf, childrenOf, textWithin, within, type XmlElement } from './xml.ts';

/** The text of a shape: a heading, paragraphs, items of lists, or a table. */
export function shapeBlocks({ element, role }: Shape): Block[] {
  const [table] = element.name === 'graphicFrame' ? within(element, 'tbl') : [];
  if (table) return slideTable(table);
  const body = childOf(element, 'txBody');
  if (!body) return [];
  const paragraphs = childrenOf(body, 'p');
  if (/title$/i.test(role) && role !== 'subTitle') {
    const text = cellText(paragraphs.map(paragraphText).join(' '));
    return text === '' ? [] : [{ kind: 'heading', level: 1, text }];
  }
  return paragraphBlocks(paragraphs, role);
}

/** Layouts set these as lists, where the paragraphs do not say otherwise. */
const listRoles = new Set(['body', 'obj']);
const deepestIndent = 8;

function paragraphBlocks(paragraphs: readonly XmlElement[], role: string): Block[] {
  const isList = listRoles.has(role) && paragraphs.length > 1;
  const counts: number[] = [];
  const blocks: Block[] = [];
  for (const paragraph of paragraphs) {
    const text = paragraphText(paragraph).trim();
    if (text === '') continue;
    const properties = childOf(paragraph, 'pPr');
    const level = Math.min(Number(properties?.attributes['lvl'] ?? 0) || 0, deepestIndent);
    const mark = markOf(properties, isList, level, counts);
    const last = blocks.at(-1);
    if (mark === undefined) {
      blocks.push({ kind: 'text', text });
      continue;
    }
    const line = `${'  '.repeat(level)}${mark} ${text.replaceAll('\n', ' ')}`;
    if (last?.kind === 'list') blocks.splice(-1, 1, { ...last, text: `${last.text}\n${line}` });
    else blocks.push({ kind: 'list', text: line });
  }
  return blocks;
}

/** The mark of an item. `counts` is what each level has counted to. */
function markOf(
  properties: XmlElement | undefined,
  isList: boolean,
  level: number,
  counts: number[],
): string | undefined {
  const numbered = childOf(properties, 'buAutoNum');
  if (numbered) {
    counts[level] = (counts[level] ?? (Number(numbered.attributes['startAt'] ?? 1) || 1) - 1) + 1;
    counts.length = level + 1;
    return numberMark(counts[level], numbered.attributes['type'] ?? '');
  }
  counts.length = Math.min(counts.length, level);
  if (childOf(properties, 'buNone')) return undefined;
  const isMarked = childOf(properties, 'buChar') ?? childOf(properties, 'buBlip');
  return isMarked || isList ? '-' : undefined;
}

/** As PowerPoint names the kinds: `arabicPeriod`, `alphaLcParenR`, `romanUcParenBoth`. */
function numberMark(number: number, type: string): string {
  const small = type.startsWith('alpha')
    ? letters(number)
    : type.startsWith('roman')
      ? roman(number)
      : undefined;
  const text = (type.includes('Uc') ? small?.toUpperCase() : small) ?? String(number);
  if (type.endsWith('ParenBoth')) return `(${text})`;
  return type.endsWith('ParenR') ? `${text})` : `${text}.`;
}

/** The text of a paragraph. Numbers of slides are fields, and left out. */
function paragraphText(paragraph: XmlElement): string {
  let text = '';
  for (const child of childrenOf(paragraph)) {
    if (child.name === 'br') text += '\n';
    else if (child.name === 'r' || (child.name === 'fld' && child.attributes['type'] !== 'slidenum'))
      text += childrenOf(child, 't').map(textWithin).join('');
    else if (child.name === 'm' || child.name === 'AlternateContent')
      text += [...within(child, 't')].map(textWithin).join('');
  }
  return text.replaceAll('\v', '\n').replaceAll(/[^\S\n]+/g, ' ');
}

function slideTable(table: XmlElement): Block[] {
  const rows = childrenOf(table, 'tr').map(row =>
    childrenOf(row, 'tc').flatMap((cell): SpanningCell[] => {
      const { hMerge, vMerge, gridSpan = 1, rowSpan = 1 } = cell.attributes;
      if (isTrue(hMerge) || isTrue(vMerge)) return [];
      const text = childrenOf(childOf(cell, 'txBody'), 'p').map(paragraphText).join(' ');
      return [{ text: cellText(text), columns: Number(gridSpan) || 1, rows: Number(rowSpan) || 1 }];
    }),
  );
  return spanningTable(rows, 0);
}

const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true';
