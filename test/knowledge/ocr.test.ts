import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openPaintedPdf } from '../../functions/knowledge/parse/pdf/painted-pdf.ts';
import { greyImage, line, pdfOf } from './pdf-file.ts';
import { readFileOf } from './read-file.ts';

/** A small sheet of print, in grey pixels. */
async function print(...texts: string[]) {
  const content = texts.map((text, at) => line(20, 90 - at * 30, text, 14)).join('');
  const sheet = await openPaintedPdf(pdfOf({ pages: [{ content, size: [360, 120] }] }));
  if (typeof sheet === 'string') throw new Error(sheet);
  const page = sheet.page(1);
  const picture = page?.paint(2) ?? { width: 0, height: 0, pixels: new Uint8Array() };
  page?.close();
  sheet.close();
  return picture;
}

const printed = await print('Gate code for the night: 4471', 'Ask for Henrik at the slip');
const raw = { width: printed.width, height: printed.height, channels: 1 } as const;
const scan = {
  objects: [greyImage(printed.width, printed.height, printed.pixels)],
  resources: '/XObject << /Im 100 0 R >>',
};
const sheet = { content: 'q 360 0 0 120 0 0 cm /Im Do Q', size: [360, 120] } as const;
const both = /Gate code for the night: ?4471[^]*Ask for Henrik at the slip/;

describe('a picture of print', () => {
  test.each(['png', 'jpeg', 'webp', 'tiff', 'gif'] as const)('is read: %s', async format => {
    const bytes = await sharp(printed.pixels, { raw }).toFormat(format).toBuffer();
    expect((await readFileOf(`plate.${format}`, bytes)).text).toMatch(both);
  });

  test.each([90, 180, 270])('is read where it is turned by %i degrees', async degrees => {
    const bytes = await sharp(printed.pixels, { raw }).rotate(degrees).png().toBuffer();
    expect((await readFileOf('plate.png', bytes)).text).toMatch(both);
  });

  test('that is larger than it may be is refused by its header', async () => {
    const header = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'white' } })
      .png()
      .toBuffer();
    // Its width and height, of which the pixels behind have none.
    header.writeUInt32BE(100_000, 16);
    header.writeUInt32BE(100_000, 20);
    await expect(readFileOf('bomb.png', header)).rejects.toThrow(/too large|damaged/);
  });

  test('that is damaged says so', async () => {
    const bytes = await sharp(printed.pixels, { raw }).png().toBuffer();
    const { parts } = await readFileOf('cut.png', bytes.subarray(0, bytes.length / 2));
    expect(parts).toEqual([{ page: 1, blocks: [], problem: expect.stringContaining('could not be read') }]);
  });
});

describe('a page of a PDF without text of its own', () => {
  test('is read from its picture, among pages that have text', async () => {
    const { parts } = await readFileOf(
      'mixed.pdf',
      pdfOf({ ...scan, pages: [{ content: line(60, 700, 'The annex came on paper.') }, sheet] }),
    );
    expect(parts.map(({ blocks }) => blocks.map(({ text }) => text).join('\n'))).toEqual([
      'The annex came on paper.',
      expect.stringMatching(both),
    ]);
  });

  test('is read where its font does not say which letters it draws', async () => {
    const nameless = Buffer.from('BT /F1 14 Tf 20 60 Td (\x01\x02\x03\x04\x05\x06\x07) Tj ET', 'latin1');
    const content = `${sheet.content}\n${nameless.toString('latin1')}`;
    const { text } = await readFileOf('nameless.pdf', pdfOf({ ...scan, pages: [{ ...sheet, content }] }));
    expect(text).toMatch(both);
  });
});

describe('the text layer of a scan', () => {
  const layer = (...texts: string[]) =>
    texts.map((text, at) => `BT /F1 14 Tf 3 Tr 20 ${90 - at * 30} Td (${text}) Tj 0 Tr ET`).join('\n');

  test('is the text where it says what the picture says', async () => {
    const content = `${sheet.content}\n${layer('Gate code for the night: 4471', 'Ask for Henrik at the slip')}`;
    const { text } = await readFileOf('good.pdf', pdfOf({ ...scan, pages: [{ ...sheet, content }] }));
    expect(text.match(/Henrik/g)).toHaveLength(1);
    expect(text).toMatch(both);
  });

  test('is none where it says something else', async () => {
    const content = `${sheet.content}\n${layer('Visitors get forty percent of discount', 'The jetty is free')}`;
    const { text } = await readFileOf('bad.pdf', pdfOf({ ...scan, pages: [{ ...sheet, content }] }));
    expect(text).toMatch(both);
    expect(text).not.toContain('discount');
  });
});
