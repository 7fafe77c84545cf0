import type { Block } from '../../documents/document.ts';
import type { Box } from './box.ts';
import type { LayoutBlock } from './layout.ts';
import { tableLines, type TableRows } from './tables.ts';
import { tidyText } from './tidy-text.ts';

/** A block of a page, and where it stands. */
export interface PlacedBlock {
  readonly block: Block;
  readonly box: Box;
  /** Of a table: its rows, the first with the headers. */
  readonly rows?: TableRows;
}

const nowhere: Box = { x: 0, y: 0, width: 0, height: 0 };
const levels = [1, 2, 3, 4, 5, 6] as const;

/** The blocks of a page as the layout found them; items of a list are one list. */
export function blocksOf(found: readonly LayoutBlock[], page: number): PlacedBlock[] {
  const placed: PlacedBlock[] = [];
  let list: { lines: string[]; box: Box } | undefined;
  const endList = () => {
    if (list) placed.push({ block: { kind: 'list', text: list.lines.join('\n'), page }, box: list.box });
    list = undefined;
  };
  for (const layout of found) {
    if (layout.kind === 'list_item') {
      const text = tidyText(layout.text ?? '');
      if (text === '') continue;
      list ??= { lines: [], box: layout.bbox ?? nowhere };
      list.lines.push(`${'  '.repeat(Math.max(0, Math.min(8, layout.level ?? 0)))}${markOf(layout)} ${text}`);
      continue;
    }
    endList();
    const one = blockOf(layout, page);
    if (one) placed.push(one);
  }
  endList();
  return placed;
}

/** `3.`, `b)` as the page has them; a bullet of any shape is a dash. */
function markOf({ ordered, marker = '' }: LayoutBlock): string {
  return ordered === true && /[\p{L}\p{N}]/u.test(marker) ? marker.trim() : '-';
}

function blockOf(layout: LayoutBlock, page: number): PlacedBlock | undefined {
  const box = layout.bbox ?? nowhere;
  const of = (block: Block | undefined): PlacedBlock | undefined =>
    block && block.text !== '' ? { block: { ...block, page }, box } : undefined;
  switch (layout.kind) {
    case 'heading':
      return of({
        kind: 'heading',
        level: levels[(layout.level ?? 1) - 1] ?? 6,
        text: tidyText(layout.text ?? ''),
      });
    case 'paragraph':
      return of({ kind: 'text', text: tidyText(layout.text ?? '') });
    case 'code':
      return of({ kind: 'code', text: (layout.lines ?? []).map(line => line.trimEnd()).join('\n') });
    case 'grid_fallback':
      return of({ kind: 'text', text: (layout.lines ?? []).map(tidyText).join('\n').trim() });
    case 'table': {
      const rows = [...(layout.header ? [layout.header] : []), ...(layout.rows ?? [])]
        .map(row => row.map(cell => tidyText(cell.text)))
        .filter(row => row.some(cell => cell !== ''));
      const placed = of({ kind: 'table', text: tableLines(rows) });
      return placed && { ...placed, rows };
    }
    // Items were put into their list before. Figures and rules have no text.
    case 'list_item':
    case 'figure':
    case 'rule':
    default:
      return undefined;
  }
}
