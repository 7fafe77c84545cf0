import { describe, expect, test } from 'vitest';
import { greyImage, line, pdfOf } from './pdf-file.ts';
import { readFileOf } from './read-file.ts';

const read = (pdf: Parameters<typeof pdfOf>[0]) => readFileOf('file.pdf', pdfOf(pdf));
const textOf = (part: { readonly blocks: readonly { readonly text: string }[] } | undefined) =>
  part?.blocks.map(({ text }) => text).join('\n');
const page = (...texts: string[]) => ({
  content: texts.map((text, at) => line(60, 600 - at * 40, text)).join(''),
});

describe('the pages of a PDF', () => {
  test('are as many as the file has, one without text among them', async () => {
    const { pages, parts } = await read({
      pages: [page('The mole is closed.'), { content: '' }, page('It opens again.')],
    });
    expect(pages).toBe(3);
    expect(parts.map(part => [part.page, textOf(part)])).toEqual([
      [1, 'The mole is closed.'],
      [2, ''],
      [3, 'It opens again.'],
    ]);
  });

  test('are counted over the runs in which they are read', async () => {
    const pages = Array.from({ length: 30 }, (_, at) => page(`Sheet ${at + 1} names buoy ${at * 7}.`));
    const { parts } = await read({ pages });
    expect(parts.map(part => part.page)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
    expect(textOf(parts[29])).toBe('Sheet 30 names buoy 203.');
  });

  test('keep what a reader calls them', async () => {
    const { parts } = await read({
      pages: [page('Preface'), page('Lights')],
      catalog: '/PageLabels << /Nums [0 << /S /r >> 1 << /S /D /St 1 >>] >>',
    });
    expect(parts.map(({ label }) => label)).toEqual(['i', '1']);
  });

  test('that are turned are read upright', async () => {
    const turned = `BT /F1 11 Tf 0 1 -1 0 100 60 Tm (The bed is dredged to eleven metres.) Tj ET`;
    const { text } = await read({ pages: [{ content: turned, entries: '/Rotate 90' }] });
    expect(text).toBe('The bed is dredged to eleven metres.');
  });
});

describe('what runs through the pages of a PDF', () => {
  const running = Array.from({ length: 5 }, (_, at) => ({
    content:
      line(60, 815, `Bylaws of the port     Page ${at + 4}`, 8) +
      line(60, 770, `Rule ${at + 1}`, 18, 'F2') +
      line(60, 740, `Vessel number ${at * 31} waits at the outer roads.`) +
      line(60, 20, 'Printed by the board', 8),
  }));

  test('is said once', async () => {
    const { text } = await read({ pages: running });
    expect(text.match(/Bylaws of the port/g)).toHaveLength(1);
    expect(text.match(/Printed by the board/g)).toHaveLength(1);
  });

  test('is no heading with a number that grows with the pages', async () => {
    const { text } = await read({ pages: running });
    expect(text.match(/Rule \d/g)).toHaveLength(5);
  });

  test('is not all of a page', async () => {
    const { parts } = await read({ pages: Array.from({ length: 4 }, () => page('Notes')) });
    expect(parts.map(textOf)).toEqual(['Notes', 'Notes', 'Notes', 'Notes']);
  });
});

describe('the tables of a PDF', () => {
  const grid = (top: number, rows: readonly (readonly string[])[], bold: boolean) =>
    rows
      .map((cells, row) =>
        cells
          .map((cell, column) => {
            const [x, y] = [60 + column * 120, top - row * 20];
            const font = bold && row === 0 ? 'F2' : 'F1';
            return `0.5 w ${x} ${y - 6} 120 20 re S\n${line(x + 4, y, cell, 10, font)}`;
          })
          .join(''),
      )
      .join('');

  test('are lines of cells, the header first', async () => {
    const { rows } = await read({
      pages: [
        {
          content: grid(
            700,
            [
              ['Berth', 'Depth', 'Rate'],
              ['North', '4.2 m', '310'],
              ['South', '3.1 m', '185'],
            ],
            true,
          ),
        },
      ],
    });
    expect(rows).toEqual(['Berth | Depth | Rate', 'North | 4.2 m | 310', 'South | 3.1 m | 185']);
  });

  test('keep their header where they go on, on the next page', async () => {
    const buoys = (from: number) =>
      Array.from({ length: 5 }, (_, at) => [`Buoy ${from + at}`, 'red', `${at}.5 m`]);
    const { parts } = await read({
      pages: [
        { content: grid(200, [['Name', 'Colour', 'Height'], ...buoys(1)], true) },
        { content: grid(800, buoys(6), false) },
      ],
    });
    expect(textOf(parts[1])).toMatch(/^Name \| Colour \| Height\nBuoy 6 \| red \| 0.5 m\n/);
  });
});

describe('text of a PDF that its reader does not see', () => {
  test.each([
    ['is white on white', `1 1 1 rg ${line(60, 500, 'staff discount')} 0 g`],
    ['is painted by no operator', `BT /F1 11 Tf 3 Tr 60 500 Td (staff discount) Tj 0 Tr ET`],
    ['is under a shape', `${line(60, 500, 'staff discount')} 0.9 g 50 480 300 60 re f 0 g`],
    ['is under a picture', `${line(60, 500, 'staff discount')} q 300 0 0 60 50 480 cm /Im Do Q`],
    ['is beside the page', line(-400, 500, 'staff discount')],
  ])('is left out: it %s', async (_, content) => {
    const { text } = await read({
      pages: [{ content: line(60, 700, 'The jetty has shore power.') + content }],
      objects: [greyImage(4, 4, new Uint8Array(16).fill(180))],
      resources: '/XObject << /Im 100 0 R >>',
    });
    expect(text).toBe('The jetty has shore power.');
  });

  test('is not white text on a dark ground, nor text on a picture', async () => {
    const content =
      `0 0 0.4 rg 40 480 400 60 re f 1 1 1 rg ${line(60, 500, 'Lifeboats')} 0 g ` +
      `q 300 0 0 60 50 280 cm /Im Do Q ${line(60, 300, 'Moorings')}`;
    const { text } = await read({
      pages: [{ content }],
      objects: [greyImage(4, 4, new Uint8Array(16).fill(200))],
      resources: '/XObject << /Im 100 0 R >>',
    });
    expect(text).toContain('Lifeboats');
    expect(text).toContain('Moorings');
  });
});

describe('a PDF that can not be read', () => {
  const whole = pdfOf({ pages: [page('The dock is flooded on request.'), page('For 640 pounds.')] });

  test.each([
    ['has no page', pdfOf({ pages: [] }), /no page/],
    ['is cut off', whole.subarray(0, whole.length * 0.7), /damaged or incomplete/],
    ['holds nothing of a PDF', Buffer.from('%PDF-1.7\nnothing else\n%%EOF\n'), /damaged or incomplete/],
    ['has no text', pdfOf({ pages: [{ content: '' }] }), /no text/],
  ])('says why: it %s', async (_, bytes, reason) => {
    await expect(readFileOf('file.pdf', bytes)).rejects.toThrow(reason);
  });

  test('is none that another file was put behind', async () => {
    const both = Buffer.concat([whole, Buffer.from('PK\x03\x04 ZIP SIDE TEXT')]);
    const { text } = await readFileOf('file.pdf', both);
    expect(text).toBe('The dock is flooded on request.\n\nFor 640 pounds.');
  });
});
