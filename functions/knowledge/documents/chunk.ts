import type { Block, Chunk } from './document.ts';
import { type Range, splitText } from './split.ts';

export interface ChunkSizes {
  /** No chunk of running text is longer, in UTF-16 code units. */
  readonly max: number;
  /** A shorter one is joined to its neighbour, except across a top heading. */
  readonly min: number;
  /** Tables and code up to this length stay whole. */
  readonly whole: number;
}

/** Chosen by measurement: docs/decisions/chunking.md. */
export const chunkSizes: ChunkSizes = { max: 1000, min: 200, whole: 2000 };

/** Headings of this level and above start a chunk of their own. */
const topLevel = 2;
/** In characters. Every chunk below a heading has its text, so that of a longer one only the beginning counts. */
const longestHeading = 300;

const separator = '\n\n';

interface Piece extends Range {
  readonly block: Block;
  /** The headings in force here, this piece's own included. */
  readonly path: readonly Heading[];
}

type Heading = Extract<Block, { kind: 'heading' }>;

/**
 * Cuts a document into chunks along its headings and by size. Returns the document's plain text (its blocks
 * joined by blank lines) and the chunks, in order, which do not overlap and together cover everything but white space.
 */
export function chunkDocument(
  blocks: readonly Block[],
  sizes: ChunkSizes = chunkSizes,
): { text: string; chunks: Chunk[] } {
  const { text, pieces } = layOut(blocks, sizes);
  const chunks = sections(pieces, sizes)
    .flatMap(section => pack(section, sizes))
    .flatMap((group, position) => toChunk(text, group, position));
  return { text, chunks };
}

/** The plain text, and its pieces: each a block or, of a block that is too long, a part. */
function layOut(blocks: readonly Block[], sizes: ChunkSizes): { text: string; pieces: Piece[] } {
  const texts: string[] = [];
  const pieces: Piece[] = [];
  let path: Heading[] = [];
  let at = 0;
  for (const block of blocks) {
    const text = clean(block);
    if (text === '') continue;
    if (block.kind === 'heading') path = [...path.filter(above => above.level < block.level), block];
    const limit = block.kind === 'table' || block.kind === 'code' ? sizes.whole : sizes.max;
    const ranges = text.length <= limit ? [{ start: 0, end: text.length }] : splitText(text, sizes.max);
    for (const { start, end } of ranges)
      if (text.slice(start, end).trim() !== '')
        pieces.push({ start: at + start, end: at + end, block, path });
    texts.push(text);
    at += text.length + separator.length;
  }
  return { text: texts.join(separator), pieces };
}

/** Text as it can be stored and matched anywhere: well-formed, without control characters, one kind of line end. */
const clean = ({ kind, text }: Block): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex -- they are what is removed
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/g, ' ')
    .replace(kind === 'code' ? /^(?:[^\S\n]*\n)+/ : /^\s+/, '')
    .trimEnd();

/**
 * Runs of pieces that a chunk should not reach across: each begins at a top heading, or where a heading follows enough
 * text.
 */
function sections(pieces: readonly Piece[], sizes: ChunkSizes): Piece[][] {
  const found: Piece[][] = [];
  let current: Piece[] = [];
  let hasBody = false;
  for (const piece of pieces) {
    const { block } = piece;
    if (block.kind !== 'heading') hasBody = true;
    else if (hasBody && (block.level <= topLevel || length(current) >= sizes.min)) {
      found.push(current);
      current = [];
      hasBody = false;
    }
    current.push(piece);
  }
  if (current.length > 0) found.push(current);
  return found;
}

/**
 * Fills chunks of even length up to the maximum. Headings stay with what follows them, unless they alone fill a chunk,
 * and a short rest joins the chunk before it where both are running text.
 */
function pack(section: readonly Piece[], sizes: ChunkSizes): Piece[][] {
  const even = length(section) / Math.ceil(length(section) / sizes.max);
  const end = section.at(-1)?.end ?? 0;
  const groups: Piece[][] = [];
  let group: Piece[] = [];
  let hasBody = false;
  for (const piece of section) {
    const withPiece = length([...group.slice(0, 1), piece]);
    const full = withPiece > sizes.max || (length(group) >= even && end - piece.start >= sizes.min);
    if (full && (hasBody || length(group) >= sizes.max)) {
      groups.push(group);
      group = [];
      hasBody = false;
    }
    group.push(piece);
    hasBody ||= piece.block.kind !== 'heading';
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

const length = (pieces: readonly Piece[]): number => (pieces.at(-1)?.end ?? 0) - (pieces[0]?.start ?? 0);

function toChunk(text: string, group: readonly Piece[], position: number): Chunk[] {
  const first = group[0];
  const last = group.at(-1);
  if (!first || !last) return [];
  const body = group.find(({ block }) => block.kind !== 'heading') ?? last;
  const anchor = body.path.findLast(heading => heading.anchor !== undefined)?.anchor;
  const page = body.block.page;
  const end = first.start + text.slice(first.start, last.end).trimEnd().length;
  const start = end - text.slice(first.start, end).trimStart().length;
  return [
    {
      position,
      text: text.slice(start, end),
      start,
      end,
      headings: body.path.map(heading => heading.text.slice(0, longestHeading).trim()),
      ...(anchor === undefined ? {} : { anchor }),
      ...(page === undefined ? {} : { page }),
    },
  ];
}
