import type { Box } from './box.ts';
import { type PaintedObject, paintedObjects } from './painted-objects.ts';
import { loadPdfium, type Pdfium, withMemory } from './pdfium.ts';

/** Grey pixels, row by row, 0 is black. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A page as it is painted. Close it. */
export interface PaintedPage {
  /** In points, as shown: a page that is turned is turned here too. */
  readonly width: number;
  readonly height: number;
  /** What is painted, the first at the bottom. */
  readonly objects: readonly PaintedObject[];
  /** The page in grey, at `scale` pixels a point; without its text where `withText` is false. */
  paint(scale: number, withText?: boolean): GreyPicture;
  close(): void;
}

export interface PaintedPdf {
  readonly pageCount: number;
  /** An entry of the document's information: `Title`. Empty where there is none. */
  information(tag: string): string;
  /** Counts from 1. `undefined` where PDFium can not load it. */
  page(number: number): PaintedPage | undefined;
  close(): void;
}

/** What keeps PDFium from opening a file. */
export type OpeningFailure = 'password' | 'damaged';

const passwordError = 4;
const securityError = 5;
const greyFormat = 1;
const annotationsFlag = 1;

/** Opens a PDF of `bytes` with PDFium. Close it: its memory is not collected. */
export async function openPaintedPdf(bytes: Uint8Array): Promise<PaintedPdf | OpeningFailure> {
  const pdfium = await loadPdfium();
  const memory = pdfium.malloc(bytes.length);
  if (memory === 0) throw new Error(`a PDF of ${bytes.length} bytes does not fit into memory`);
  pdfium.memory().set(bytes, memory);
  const document = pdfium.FPDF_LoadMemDocument(memory, bytes.length, 0);
  if (document === 0) {
    const error = pdfium.FPDF_GetLastError();
    pdfium.free(memory);
    return error === passwordError || error === securityError ? 'password' : 'damaged';
  }
  return {
    pageCount: pdfium.FPDF_GetPageCount(document),
    information: tag => informationOf(pdfium, document, tag),
    page: number => pageOf(pdfium, document, number),
    close() {
      pdfium.FPDF_CloseDocument(document);
      pdfium.free(memory);
    },
  };
}

const longestInformation = 2_000;

function informationOf(pdfium: Pdfium, document: number, tag: string): string {
  return withMemory(pdfium, tag.length + 1, (name, writable) => {
    // A name in ASCII, with the zero at its end that C asks for.
    for (let index = 0; index <= tag.length; index += 1)
      writable().setUint8(index, index < tag.length ? tag.charCodeAt(index) : 0);
    return withMemory(pdfium, longestInformation, (text, view) => {
      const size = pdfium.FPDF_GetMetaText(document, name, text, longestInformation);
      if (size <= 2 || size > longestInformation) return '';
      return new TextDecoder('utf-16le').decode(new Uint8Array(view().buffer, text, size - 2)).trim();
    });
  });
}

function pageOf(pdfium: Pdfium, document: number, number: number): PaintedPage | undefined {
  const page = pdfium.FPDF_LoadPage(document, number - 1);
  if (page === 0) return undefined;
  const width = pdfium.FPDF_GetPageWidthF(page);
  const height = pdfium.FPDF_GetPageHeightF(page);
  const objects = paintedObjects(pdfium, page, { width, height });
  return {
    width,
    height,
    objects,
    paint: (scale, withText = true) => {
      const texts = withText ? [] : objects.filter(({ kind }) => kind === 'text');
      for (const { handle } of texts) pdfium.FPDFPageObj_SetIsActive(handle, 0);
      const picture = paint(pdfium, page, Math.ceil(width * scale), Math.ceil(height * scale));
      for (const { handle } of texts) pdfium.FPDFPageObj_SetIsActive(handle, 1);
      return picture;
    },
    close: () => pdfium.FPDF_ClosePage(page),
  };
}

function paint(pdfium: Pdfium, page: number, width: number, height: number): GreyPicture {
  return withMemory(pdfium, width * height, (buffer, view) => {
    const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, greyFormat, buffer, width);
    if (bitmap === 0) throw new Error(`a picture of ${width} x ${height} pixels does not fit into memory`);
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, annotationsFlag);
    pdfium.FPDFBitmap_Destroy(bitmap);
    return { width, height, pixels: new Uint8Array(view().buffer, buffer, width * height).slice() };
  });
}

/** The darkest and the lightest pixel in a box of the page, and how many pixels are in it. */
export function rangeIn(
  picture: GreyPicture,
  box: Box,
  scale: number,
): { darkest: number; lightest: number } {
  let darkest = 255;
  let lightest = 0;
  eachPixel(picture, box, scale, index => {
    const pixel = picture.pixels[index] ?? 255;
    if (pixel < darkest) darkest = pixel;
    if (pixel > lightest) lightest = pixel;
  });
  return { darkest, lightest };
}

/** Calls `visit` with the index of each pixel in a box of the page. */
export function eachPixel(
  { width, height }: GreyPicture,
  box: Box,
  scale: number,
  visit: (index: number) => void,
): void {
  const left = Math.max(0, Math.floor(box.x * scale));
  const right = Math.min(width, Math.ceil((box.x + box.width) * scale));
  const top = Math.max(0, Math.floor(box.y * scale));
  const bottom = Math.min(height, Math.ceil((box.y + box.height) * scale));
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) visit(y * width + x);
}
