/** A half-open range of UTF-16 code units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Coarse to fine: each cuts a text into pieces that together are the whole text. */
const cuts: readonly ((text: string) => Iterable<string>)[] = [
  text => text.split(/(?<=\n[^\S\n]*\n\s*)(?=\S)/),
  text => text.split(/(?<=\n)/),
  sentences,
  text => text.split(/(?<=\s)(?=\S)/),
];

/** Made on first use: it costs a cold start 15 ms. */
let segmenter: Intl.Segmenter | undefined;

function* sentences(text: string): Iterable<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/**
 * Cuts `text` into consecutive pieces of at most `max` code units, at the coarsest border that serves:
 * paragraphs, lines, sentences, words, and only then between any two characters. The pieces tile the text.
 */
export function splitText(text: string, max: number, offset = 0, level = 0): Range[] {
  if (text.length <= max) return text === '' ? [] : [{ start: offset, end: offset + text.length }];
  const cut = cuts[level];
  if (!cut) return cutAnywhere(text, max, offset);
  const pieces: Range[] = [];
  let at = offset;
  for (const piece of cut(text)) {
    pieces.push(...splitText(piece, max, at, level + 1));
    at += piece.length;
  }
  return pieces;
}

function cutAnywhere(text: string, max: number, offset: number): Range[] {
  const pieces: Range[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + max, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    pieces.push({ start: offset + at, end: offset + end });
    at = end;
  }
  return pieces;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
