/** A PDF written by hand, object by object, so that a test says exactly what is in it. */
export interface PdfPage {
  /** Operators of the page's content. */
  readonly content: string;
  /** Points; 595 x 842 when absent. */
  readonly size?: readonly [width: number, height: number];
  /** More entries of the page: `/Rotate 90`. */
  readonly entries?: string;
}

interface Pdf {
  readonly pages: readonly PdfPage[];
  /** More objects, numbered from 100. */
  readonly objects?: readonly (string | Buffer)[];
  /** More entries of the catalog and of the resources of all pages. */
  readonly catalog?: string;
  readonly resources?: string;
}

const firstExtra = 100;

/** The bytes of a PDF with Helvetica as /F1, bold as /F2. */
export function pdfOf({ pages, objects = [], catalog = '', resources = '' }: Pdf): Buffer {
  const numbered = new Map<number, string | Buffer>([
    [1, `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`],
    [
      2,
      `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${10 + at * 2} 0 R`).join(' ')}] >>`,
    ],
    [3, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'],
    [4, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>'],
    [5, `<< /Font << /F1 3 0 R /F2 4 0 R >> ${resources} >>`],
  ]);
  pages.forEach(({ content, size: [width, height] = [595, 842], entries = '' }, at) => {
    const page = 10 + at * 2;
    if (page >= firstExtra && objects.length > 0) throw new Error('too many pages beside other objects');
    numbered.set(
      page,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Resources 5 0 R /Contents ${page + 1} 0 R ${entries} >>`,
    );
    numbered.set(page + 1, stream('', Buffer.from(content, 'latin1')));
  });
  objects.forEach((object, at) => {
    numbered.set(firstExtra + at, object);
  });
  return written(numbered);
}

/** The object of a stream with these entries in its dictionary. */
export const stream = (entries: string, bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`<< ${entries} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);

/** A grey picture as an object for `resources: '/XObject << /Im 100 0 R >>'`. */
export const greyImage = (width: number, height: number, pixels: Uint8Array): Buffer =>
  stream(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8`,
    Buffer.from(pixels),
  );

/** A line of text: its left end and its base line, in points from the lower left corner. */
export const line = (x: number, y: number, text: string, size = 11, font = 'F1'): string =>
  `BT /${font} ${size} Tf ${x} ${y} Td (${text.replace(/[\\()]/g, '\\$&')}) Tj ET\n`;

function written(objects: ReadonlyMap<number, string | Buffer>): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const places = new Map<number, number>();
  let length = parts[0]?.length ?? 0;
  const add = (bytes: Buffer) => {
    parts.push(bytes);
    length += bytes.length;
  };
  for (const [number, object] of objects) {
    places.set(number, length);
    add(Buffer.from(`${number} 0 obj\n`));
    add(Buffer.isBuffer(object) ? object : Buffer.from(object, 'latin1'));
    add(Buffer.from('\nendobj\n'));
  }
  const start = length;
  const size = Math.max(...objects.keys()) + 1;
  const entries = Array.from({ length: size }, (_, number) => {
    const place = places.get(number);
    return place === undefined ? '0000000000 65535 f \n' : `${`${place}`.padStart(10, '0')} 00000 n \n`;
  });
  add(Buffer.from(`xref\n0 ${size}\n${entries.join('')}trailer\n<< /Size ${size} /Root 1 0 R >>\n`));
  add(Buffer.from(`startxref\n${start}\n%%EOF\n`));
  return Buffer.concat(parts);
}
