import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../functions/knowledge/documents/chunk.ts';
import type { Block } from '../../functions/knowledge/documents/document.ts';
import { splitText } from '../../functions/knowledge/documents/split.ts';

const heading = (level: 1 | 2 | 3 | 4 | 5 | 6, text: string, anchor?: string): Block => ({
  kind: 'heading',
  level,
  text,
  ...(anchor ? { anchor } : {}),
});
const text = (text: string): Block => ({ kind: 'text', text });
const sentences = (count: number, word = 'word') =>
  Array.from({ length: count }, (_, index) => `This is ${word} sentence number ${index} of it.`).join(' ');

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => `| fee ${index} | ${'x'.repeat(40)} |`).join('\n');

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.lorem({ mode: 'sentences', maxCount: 40 }),
  fc.stringMatching(/^[a-z\n .]{0,3000}$/),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const anyBlock: fc.Arbitrary<Block> = fc.oneof(
  fc.record({
    kind: fc.constant('heading' as const),
    level: fc.constantFrom(1, 2, 3, 4, 5, 6),
    text: anyText,
  }),
  fc.record({
    kind: fc.constantFrom('text' as const, 'list' as const, 'table' as const, 'code' as const),
    text: anyText,
  }),
);

describe('chunks of any document', () => {
  it('are exact ranges of its text, in order, without overlap, and cover all but white space', () => {
    fc.assert(
      fc.property(fc.array(anyBlock, { maxLength: 12 }), blocks => {
        const { text, chunks } = chunkDocument(blocks);
        let at = 0;
        for (const [index, chunk] of chunks.entries()) {
          expect(chunk.position).toBe(index);
          expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
          expect(chunk.text.trim()).toBe(chunk.text);
          expect(chunk.text).not.toBe('');
          expect(text.slice(at, chunk.start).trim()).toBe('');
          expect(chunk.start).toBeGreaterThanOrEqual(at);
          at = chunk.end;
        }
        expect(text.slice(at).trim()).toBe('');
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('are no longer than the limit, headings apart, and never cut a character in two', () => {
    const sizes = { max: 50, min: 10, whole: 50 };
    fc.assert(
      fc.property(fc.array(anyText.map(text), { maxLength: 6 }), blocks => {
        for (const chunk of chunkDocument(blocks, sizes).chunks) {
          expect(chunk.text.length).toBeLessThanOrEqual(sizes.max);
          expect(chunk.text.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('split at the coarsest border that serves, and the pieces are the whole text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 200 }), (whole, max) => {
        const pieces = splitText(whole, max);
        expect(pieces.map(({ start, end }) => whole.slice(start, end)).join('')).toBe(whole);
        for (const { start, end } of pieces) expect(end - start).toBeLessThanOrEqual(max);
      }),
    );
    const whole = `${sentences(3)}\n\n${sentences(3)}`;
    expect(splitText(whole, 200).map(({ start, end }) => whole.slice(start, end).trim())).toEqual([
      sentences(3),
      sentences(3),
    ]);
  });
});

describe('chunks follow the headings', () => {
  it('do not reach across a top heading, however little is below it', () => {
    const { chunks } = chunkDocument([
      heading(1, 'Returns'),
      text('Within 30 days.'),
      heading(2, 'Shipping'),
      text('By noon.'),
    ]);
    expect(chunks.map(({ text, headings }) => [text, headings])).toEqual([
      ['Returns\n\nWithin 30 days.', ['Returns']],
      ['Shipping\n\nBy noon.', ['Returns', 'Shipping']],
    ]);
  });

  it('keep a heading with what follows it, also several in a row', () => {
    const { chunks } = chunkDocument([
      heading(1, 'Guide'),
      heading(2, 'Start'),
      text(sentences(30)),
      heading(3, 'Details'),
      text(sentences(30)),
      heading(2, 'Last'),
    ]);
    for (const chunk of chunks.slice(0, -1)) expect(chunk.text).not.toMatch(/(Guide|Start|Details)$/);
    expect(chunks[0]?.text).toMatch(/^Guide\n\nStart\n\nThis is/);
    expect(chunks.at(-1)?.text).toBe('Last');
  });

  it('join small sections below the top into one', () => {
    const { chunks } = chunkDocument([
      heading(2, 'Fees'),
      heading(3, 'Cards'),
      text('One percent.'),
      heading(3, 'Transfers'),
      text('Nothing.'),
    ]);
    expect(chunks.map(({ text }) => text)).toEqual([
      'Fees\n\nCards\n\nOne percent.\n\nTransfers\n\nNothing.',
    ]);
  });

  it('know the headings above them, and the nearest anchor', () => {
    const { chunks } = chunkDocument([
      text('Before all headings.'),
      heading(1, 'Returns', 'returns'),
      text('General.'),
      heading(2, 'How long'),
      text('Five days.'),
      heading(1, 'Shipping', 'shipping'),
      text('By noon.'),
    ]);
    expect(chunks.map(({ headings, anchor }) => [headings, anchor])).toEqual([
      [[], undefined],
      [['Returns'], 'returns'],
      [['Returns', 'How long'], 'returns'],
      [['Shipping'], 'shipping'],
    ]);
  });

  it('carry the page on which they begin', () => {
    const { chunks } = chunkDocument([
      { kind: 'heading', level: 1, text: 'One', page: 1 },
      { kind: 'text', text: sentences(5), page: 2 },
      { kind: 'heading', level: 1, text: 'Two', page: 3 },
      { kind: 'text', text: sentences(5), page: 3 },
    ]);
    expect(chunks.map(({ page }) => page)).toEqual([2, 3]);
  });
});

describe('chunks by size', () => {
  it('fill long text evenly, between sentences', () => {
    const { chunks } = chunkDocument([text(sentences(60))]);
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) {
      expect(chunk.text).toMatch(/^This is .* of it\.$/s);
      expect(chunk.text.length).toBeGreaterThan(400);
      expect(chunk.text.length).toBeLessThanOrEqual(1000);
    }
  });

  it('keep a table and a piece of code whole up to twice the usual size, and cut longer ones between lines', () => {
    const { chunks } = chunkDocument([text(sentences(3)), { kind: 'table', text: rows(30) }]);
    expect(chunks.map(({ text }) => text)).toEqual([sentences(3), rows(30)]);
    const long = chunkDocument([{ kind: 'table', text: rows(100) }]).chunks;
    expect(long.length).toBeGreaterThan(3);
    for (const chunk of long)
      for (const line of chunk.text.split('\n')) expect(line).toMatch(/^\| fee \d+ \| x{40} \|$/);
    const code = '    if (x) {\n      y();\n    }';
    expect(chunkDocument([{ kind: 'code', text: `\n${code}\n` }]).text).toBe(code);
  });

  it('come from text as it can be stored: well-formed, no control characters, one kind of line end', () => {
    expect(chunkDocument([text('a\r\nb\u0000c\ud800d\re\ufeff')]).text).toBe('a\nb c\ufffdd\ne');
    expect(chunkDocument([text(' \n '), heading(1, '')])).toEqual({ text: '', chunks: [] });
  });

  it('come out of a megabyte without a space', () => {
    expect(chunkDocument([text('x'.repeat(1_000_000))]).chunks).toHaveLength(1000);
  });
});
