import type { Box } from './box.ts';
import { type Pdfium, withMemory } from './pdfium.ts';

/** Something that a page paints. */
export interface PaintedObject {
  readonly kind: 'text' | 'path' | 'image' | 'shading';
  /** PDFium's handle, valid until the page is closed. */
  readonly handle: number;
  readonly box: Box;
  /** Of text: nothing is painted of it, as of the text under a scan. */
  readonly isInvisible: boolean;
  /** From 0, black, to 255, white. */
  readonly lightness: number;
  /** It hides what lies under it: a picture, or a path that is filled and not transparent. */
  readonly covers: boolean;
}

const kinds = ['text', 'path', 'image', 'shading'] as const;
const formType = 5;
/** Text that is neither filled nor stroked, and text that only clips (ISO 32000, table 106). */
const unpainted: ReadonlySet<number> = new Set([3, 7]);
/** Forms in forms are followed no deeper. */
const deepestForm = 8;
/** A page of more objects is a drawing. */
const mostObjects = 50_000;

/** x' = a x + c y + e; y' = b x + d y + f. */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const then = (inner: Matrix, outer: Matrix): Matrix => [
  outer[0] * inner[0] + outer[2] * inner[1],
  outer[1] * inner[0] + outer[3] * inner[1],
  outer[0] * inner[2] + outer[2] * inner[3],
  outer[1] * inner[2] + outer[3] * inner[3],
  outer[0] * inner[4] + outer[2] * inner[5] + outer[4],
  outer[1] * inner[4] + outer[3] * inner[5] + outer[5],
];

/** The objects of a page in the order of painting, those in its forms too. */
export function paintedObjects(
  pdfium: Pdfium,
  page: number,
  size: { readonly width: number; readonly height: number },
): PaintedObject[] {
  return withMemory(pdfium, 24, (pointer, view) => {
    const found: PaintedObject[] = [];
    const add = (object: number, matrix: Matrix, depth: number) => {
      if (found.length >= mostObjects) return;
      const type = pdfium.FPDFPageObj_GetType(object);
      if (type === formType) {
        if (depth >= deepestForm) return;
        pdfium.FPDFPageObj_GetMatrix(object, pointer);
        const inner = then(matrixOf(view()), matrix);
        const count = pdfium.FPDFFormObj_CountObjects(object);
        for (let index = 0; index < count; index++)
          add(pdfium.FPDFFormObj_GetObject(object, index), inner, depth + 1);
        return;
      }
      const kind = kinds[type - 1];
      if (!kind) return;
      const color = colorOf(pdfium, object, pointer, view);
      found.push({
        kind,
        handle: object,
        box: boxOf(pdfium, object, pointer, view, matrix),
        isInvisible: kind === 'text' && unpainted.has(pdfium.FPDFTextObj_GetTextRenderMode(object)),
        lightness: color.lightness,
        covers:
          kind === 'image' || (kind === 'path' && color.isOpaque && isFilled(pdfium, object, pointer, view)),
      });
    };
    const toView = viewMatrix(pdfium, page, size, pointer, view);
    const count = pdfium.FPDFPage_CountObjects(page);
    for (let index = 0; index < count; index++) add(pdfium.FPDFPage_GetObject(page, index), toView, 0);
    return found;
  });
}

/** From the page's own places, which begin at the bottom and may be turned, to those of the page as it is shown. */
function viewMatrix(
  pdfium: Pdfium,
  page: number,
  { width, height }: { readonly width: number; readonly height: number },
  pointer: number,
  view: () => DataView,
): Matrix {
  // PDFium tells places in whole pixels: of a large picture, for the sake of exactness.
  const fine = 100;
  const [pixelsWide, pixelsHigh] = [Math.round(width * fine), Math.round(height * fine)];
  const at = (x: number, y: number): [number, number] => {
    pdfium.FPDF_PageToDevice(page, 0, 0, pixelsWide, pixelsHigh, 0, x, y, pointer, pointer + 4);
    return [view().getInt32(0, true) / fine, view().getInt32(4, true) / fine];
  };
  const far = 1_000;
  const [e, f] = at(0, 0);
  const [ax, ay] = at(far, 0);
  const [cx, cy] = at(0, far);
  return [(ax - e) / far, (ay - f) / far, (cx - e) / far, (cy - f) / far, e, f];
}

const matrixOf = (view: DataView): Matrix => {
  const value = (index: number) => view.getFloat32(index * 4, true);
  return [value(0), value(1), value(2), value(3), value(4), value(5)];
};

function boxOf(pdfium: Pdfium, object: number, pointer: number, view: () => DataView, m: Matrix): Box {
  if (!pdfium.FPDFPageObj_GetBounds(object, pointer, pointer + 4, pointer + 8, pointer + 12))
    return { x: 0, y: 0, width: 0, height: 0 };
  const bounds = [0, 4, 8, 12].map(offset => view().getFloat32(offset, true));
  const [left = 0, bottom = 0, right = 0, top = 0] = bounds;
  const corners = [left, right].flatMap(x =>
    [bottom, top].map(y => [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]]),
  );
  const xs = corners.map(([x = 0]) => x);
  const ys = corners.map(([, y = 0]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function colorOf(pdfium: Pdfium, object: number, pointer: number, view: () => DataView) {
  const told = pdfium.FPDFPageObj_GetFillColor(object, pointer, pointer + 4, pointer + 8, pointer + 12);
  if (!told) return { lightness: 0, isOpaque: true };
  const part = (offset: number) => view().getUint32(offset, true);
  const alpha = part(12) / 255;
  const lightness = Math.min(part(0), part(4), part(8));
  return { lightness: 255 - (255 - lightness) * alpha, isOpaque: alpha > 0.5 };
}

function isFilled(pdfium: Pdfium, path: number, pointer: number, view: () => DataView): boolean {
  pdfium.FPDFPath_GetDrawMode(path, pointer, pointer + 4);
  return view().getInt32(0, true) !== 0;
}
