/** A half-open range of UTF-16 code units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Ways to cut a text, from coarse to fine. The pieces of each way, put together, are the whole text. */
const cuts: readonly ((text: string) => Iterable<string>)[] = [
  // A blank line makes two line ends in one run of white space.
  text => afterWhiteSpace(text, space => space.indexOf('\n') !== space.lastIndexOf('\n')),
  lines,
  sentences,
  text => afterWhiteSpace(text, () => true),
];

/** Cuts behind each run of white space that `isBorder` takes for a border. */
function* afterWhiteSpace(text: string, isBorder: (space: string) => boolean): Iterable<string> {
  let from = 0;
  for (const { 0: space, index } of text.matchAll(/\s+/g)) {
    const end = index + space.length;
    if (end === text.length || !isBorder(space)) continue;
    yield text.slice(from, end);
    from = end;
  }
  yield text.slice(from);
}

function* lines(text: string): Iterable<string> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from) + 1 || text.length;
    yield text.slice(from, end);
    from = end;
  }
}

/** Made on first use: it costs a cold start 15 ms. */
let segmenter: Intl.Segmenter | undefined;

function* sentences(text: string): Iterable<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/**
 * Cuts `text` into consecutive pieces of at most `max` code units, at the coarsest border that serves:
 * paragraphs, lines, sentences, words, and only then between any two characters. The pieces cover the whole text.
 */
export function splitText(text: string, max: number): Range[] {
  const pieces: Range[] = [];
  cutInto(pieces, text, max, 0, 0);
  return pieces;
}

/** `offset`: where in the whole text this part of it begins. */
function cutInto(pieces: Range[], text: string, max: number, offset: number, level: number): void {
  const cut = cuts[level];
  if (text.length <= max) {
    if (text !== '') pieces.push({ start: offset, end: offset + text.length });
  } else if (cut) {
    let at = offset;
    for (const piece of cut(text)) {
      cutInto(pieces, piece, max, at, level + 1);
      at += piece.length;
    }
  } else cutAnywhere(pieces, text, max, offset);
}

function cutAnywhere(pieces: Range[], text: string, max: number, offset: number): void {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + max, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    pieces.push({ start: offset + at, end: offset + end });
    at = end;
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
