import {
  type Graphic,
  type LayoutBlock,
  LiteParse,
  type ParsedPage,
  type TextItem,
} from '@llamaindex/liteparse';

export type { LayoutBlock, TextItem } from '@llamaindex/liteparse';

/** A page with its text where it stands, and as the blocks that it makes. */
export interface LaidOutPage {
  /** Counts from 1. */
  readonly number: number;
  /** What a reader calls it, where the file tells. */
  readonly label?: string;
  /** In points, as shown. */
  readonly width: number;
  readonly height: number;
  readonly items: readonly TextItem[];
  readonly blocks: readonly LayoutBlock[];
  /** The lines and shapes that rule tables. */
  readonly graphics: readonly Graphic[];
}

/** A run of pages that were read at once. */
export interface PageWindow {
  readonly totalPages: number;
  readonly pages: readonly LaidOutPage[];
  /** Why pages of the run could not be read. */
  readonly problems: ReadonlyMap<number, string>;
}

const settings = {
  // The package would fetch its own recogniser from the network.
  ocrEnabled: false,
  // It cuts at 1000 and does not say so.
  maxPages: 1_000_000,
  extractBlocks: true,
  extractLinks: false,
  imageMode: 'off',
  // It knows a run of pages at most, and takes headings for running heads.
  keepHeadersFooters: true,
  continueOnPageError: true,
  emitWordBoxes: true,
  extractVectorGraphics: true,
  extractFormFields: true,
  quiet: true,
} as const;

/**
 * Reads the pages from `first` to `last` of a PDF's bytes: of a path the package would believe the ending, and start
 * other programs. Throws where the file as a whole can not be read.
 */
export async function layOut(bytes: Uint8Array, first: number, last: number): Promise<PageWindow> {
  const parser = new LiteParse({ ...settings, targetPages: `${first}-${last}` });
  const { totalPages, pages, pageErrors } = await parser.parse(bytes);
  return {
    totalPages,
    pages: pages.map(laidOut),
    problems: new Map(pageErrors.map(({ pageNum, message }) => [pageNum, message])),
  };
}

function laidOut(page: ParsedPage): LaidOutPage {
  const { pageNum, pageLabel, width, height, textItems, blocks = [], vectorGraphics } = page;
  const shapes = vectorGraphics?.shapes.map(
    ({ bbox, fill, stroke, fillColor, strokeColor }): Graphic => ({
      kind: 'rect',
      ...bbox,
      hasFill: fill,
      hasStroke: stroke,
      ...(fillColor === undefined ? {} : { fillColor }),
      ...(strokeColor === undefined ? {} : { strokeColor }),
    }),
  );
  const lines = vectorGraphics?.lines.map(
    ({ x1, y1, x2, y2, stroke, fill, strokeWidth }): Graphic => ({
      kind: 'stroke',
      x1,
      y1,
      x2,
      y2,
      hasStroke: stroke,
      hasFill: fill,
      ...(strokeWidth === undefined ? {} : { lineWidth: strokeWidth }),
    }),
  );
  return {
    number: pageNum,
    ...(pageLabel === undefined ? {} : { label: pageLabel }),
    width,
    height,
    items: textItems,
    blocks,
    graphics: [...(shapes ?? []), ...(lines ?? [])],
  };
}

let again: LiteParse | undefined;

/** The page with other text: its blocks are made anew. */
export function withItems(page: LaidOutPage, items: readonly TextItem[]): LaidOutPage {
  again ??= new LiteParse(settings);
  const result = again.parsePages([
    {
      pageNumber: page.number,
      pageWidth: page.width,
      pageHeight: page.height,
      textItems: [...items],
      graphics: [...page.graphics],
    },
  ]);
  return { ...page, items, blocks: result.pages[0]?.blocks ?? [] };
}
