import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PDFiumModule } from '@hyzyla/pdfium';

/** A pointer or a handle of PDFium; 0 is none. */
type Handle = number;

/**
 * PDFium in WebAssembly: strangers' files are painted in a sandbox. The package declares a part of what its module
 * exports; these are the functions of PDFium that are called here, as `fpdf*.h` declare them.
 */
interface PdfiumFunctions {
  FPDF_InitLibraryWithConfig(config: object): void;
  FPDF_LoadMemDocument(bytes: Handle, size: number, password: Handle): Handle;
  FPDF_CloseDocument(document: Handle): void;
  FPDF_GetLastError(): number;
  FPDF_GetPageCount(document: Handle): number;
  FPDF_GetMetaText(document: Handle, tag: Handle, buffer: Handle, size: number): number;
  FPDF_LoadPage(document: Handle, index: number): Handle;
  FPDF_ClosePage(page: Handle): void;
  FPDF_GetPageWidthF(page: Handle): number;
  FPDF_GetPageHeightF(page: Handle): number;
  /** Writes the place in pixels of a place of the page into two 32-bit integers. */
  FPDF_PageToDevice(
    page: Handle,
    left: number,
    top: number,
    width: number,
    height: number,
    rotate: number,
    x: number,
    y: number,
    deviceX: Handle,
    deviceY: Handle,
  ): number;
  FPDFPage_CountObjects(page: Handle): number;
  FPDFPage_GetObject(page: Handle, index: number): Handle;
  FPDFFormObj_CountObjects(form: Handle): number;
  FPDFFormObj_GetObject(form: Handle, index: number): Handle;
  FPDFPageObj_GetType(object: Handle): number;
  /** Writes four 32-bit floats. */
  FPDFPageObj_GetBounds(object: Handle, left: Handle, bottom: Handle, right: Handle, top: Handle): number;
  /** Writes six 32-bit floats. */
  FPDFPageObj_GetMatrix(object: Handle, matrix: Handle): number;
  /** Writes four 32-bit integers. */
  FPDFPageObj_GetFillColor(object: Handle, red: Handle, green: Handle, blue: Handle, alpha: Handle): number;
  FPDFPageObj_SetIsActive(object: Handle, active: number): number;
  FPDFTextObj_GetTextRenderMode(text: Handle): number;
  /** Writes how a path is filled, and whether it is stroked, as 32-bit integers. */
  FPDFPath_GetDrawMode(path: Handle, fill: Handle, stroke: Handle): number;
  FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: Handle, stride: number): Handle;
  FPDFBitmap_FillRect(
    bitmap: Handle,
    left: number,
    top: number,
    width: number,
    height: number,
    color: number,
  ): number;
  FPDFBitmap_Destroy(bitmap: Handle): void;
  FPDF_RenderPageBitmap(
    bitmap: Handle,
    page: Handle,
    left: number,
    top: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
}

export interface Pdfium extends PdfiumFunctions {
  malloc(size: number): Handle;
  free(pointer: Handle): void;
  /** All of its memory. It is another array once the memory has grown. */
  readonly memory: () => Uint8Array;
}

let loaded: Promise<Pdfium> | undefined;

/** PDFium, loaded once a process. */
export const loadPdfium = (): Promise<Pdfium> => (loaded ??= load());

async function load(): Promise<Pdfium> {
  const wasm = await readFile(createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm'));
  const wasmBinary = new ArrayBuffer(wasm.byteLength);
  new Uint8Array(wasmBinary).set(wasm);
  const module = await PDFiumModule({ wasmBinary, locateFile: () => '' });
  const functions = Object.entries(module).flatMap(([name, value]) =>
    name.startsWith('_FPDF') ? [[name.slice(1), value] as const] : [],
  );
  const pdfium = {
    // The module exports all of PDFium's functions; its types name those that the package itself calls.
    ...(Object.fromEntries(functions) as unknown as PdfiumFunctions),
    malloc: (size: number) => module.wasmExports.malloc(size),
    free: (pointer: Handle) => module.wasmExports.free(pointer),
    memory: () => module.HEAPU8,
  };
  pdfium.FPDF_InitLibraryWithConfig({ version: 2 });
  return pdfium;
}

/** Runs `use` with `size` bytes of PDFium's memory, as a view that begins there. */
export function withMemory<T>(
  pdfium: Pdfium,
  size: number,
  use: (pointer: Handle, view: () => DataView) => T,
): T {
  const pointer = pdfium.malloc(size);
  try {
    // The memory may move when it grows: the view is made when it is read.
    return use(pointer, () => new DataView(pdfium.memory().buffer, pointer, size));
  } finally {
    pdfium.free(pointer);
  }
}
