import type { PlacedBlock } from './blocks.ts';

/** A page with its blocks, as far as running lines go. */
export interface PageOfBlocks {
  readonly number: number;
  readonly height: number;
  readonly blocks: readonly PlacedBlock[];
}

/** On so many pages a line at the edge is a running one. */
const leastPages = 3;
/** Of the page's height: the bands in which running heads and feet stand. */
const band = 0.12;
/** Characters: longer blocks are text. */
const longest = 200;
/** Lines of one document that are remembered. */
const mostRemembered = 2_000;

/**
 * Takes running heads and feet out of the pages, but for their first time. It is given pages in runs, and remembers
 * what it saw.
 */
export class RunningLines {
  readonly #seen = new Map<string, { readonly pages: Set<number>; isSaid: boolean }>();

  /** The pages' blocks without what runs through the document. */
  strip(pages: readonly PageOfBlocks[]): PlacedBlock[][] {
    for (const page of pages) {
      for (const { keys } of edgesOf(page)) {
        for (const key of keys) this.#remember(key, page.number);
      }
    }
    return pages.map(page => this.#stripped(page));
  }

  #remember(key: string, page: number): void {
    const known = this.#seen.get(key);
    if (known) known.pages.add(page);
    else if (this.#seen.size < mostRemembered) this.#seen.set(key, { pages: new Set([page]), isSaid: false });
  }

  #stripped(page: PageOfBlocks): PlacedBlock[] {
    const lost = new Set<PlacedBlock>();
    for (const { placed, keys } of edgesOf(page)) {
      const running = keys
        .map(key => this.#seen.get(key))
        .filter(line => line && line.pages.size >= leastPages);
      if (running.length === 0) continue;
      if (running.some(line => line?.isSaid) || isNumber(placed)) lost.add(placed);
      for (const line of running) if (line) line.isSaid = true;
    }
    const kept = page.blocks.filter(placed => !lost.has(placed));
    // What is all of a page is its text, whatever it looks like.
    return kept.length > 0 ? kept : page.blocks.filter(placed => !isNumber(placed));
  }
}

/** `12`, `- iv -`, `Page 12`. */
function isNumber({ block }: PlacedBlock): boolean {
  const [first = '', second, ...more] = block.text.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (more.length > 0) return false;
  return second === undefined ? numeral.test(first) : /^\p{L}+$/u.test(first) && numeral.test(second);
}

const numeral = /^(?:\d+|[ivxlc]+)$/i;

interface Edge {
  readonly placed: PlacedBlock;
  readonly keys: readonly string[];
}

/** The blocks at the edges of a page, each with the forms under which it may come again. */
function edgesOf({ number, height, blocks }: PageOfBlocks): Edge[] {
  const tops = blocks
    .filter(({ box }) => box.y + box.height <= height * band && box.height > 0)
    .sort(byHeight);
  const feet = blocks.filter(({ box }) => box.y >= height * (1 - band)).sort(byHeight);
  const outermost = new Set([tops[0], feet.at(-1)]);
  return [...tops, ...feet].flatMap(placed => {
    const { block } = placed;
    if (block.text.length > longest || block.kind === 'table') return [];
    // A heading with a number that grows is no running line: `Rule 6` on page 6.
    const isCounting = outermost.has(placed) && block.kind !== 'heading';
    return [{ placed, keys: isCounting ? [block.text, ...countingForms(block.text, number)] : [block.text] }];
  });
}

/** The text with one of its numbers told by how far it is from the page's: the number that counts pages is the same. */
const countingForms = (text: string, page: number): string[] =>
  [...text.matchAll(/\d{1,5}/g)].map(
    ({ 0: digits, index }) =>
      `${text.slice(0, index)}#${Number(digits) - page}#${text.slice(index + digits.length)}`,
  );

const byHeight = (a: PlacedBlock, b: PlacedBlock): number => a.box.y - b.box.y;
