import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  constants,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import { isText } from '../../knowledge/index.ts';
import { FetchFailure } from './fetch-failure.ts';

interface Coding {
  /** All of it. Rejects where the bytes are not of that coding. */
  readonly whole: (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;
  /** The beginning, of bytes that are cut off. */
  readonly part: (bytes: Uint8Array) => Uint8Array;
}

/** A few hundred bytes of the beginning can not become more than this, unless they are a bomb. */
const longestPart = 1024 * 1024;
const cutOff = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: longestPart };
const cutOffBrotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: longestPart };
const cutOffZstd = { finishFlush: constants.ZSTD_e_flush, maxOutputLength: longestPart };

const inflated: Coding = {
  whole: (bytes, maxOutputLength) => promisify(inflate)(bytes, { maxOutputLength }),
  part: bytes => inflateSync(bytes, cutOff),
};
/** `deflate` means the zlib format, but many servers send the bare stream. */
const inflatedRaw: Coding = {
  whole: (bytes, maxOutputLength) => promisify(inflateRaw)(bytes, { maxOutputLength }),
  part: bytes => inflateRawSync(bytes, cutOff),
};
const gunzipped: Coding = {
  whole: (bytes, maxOutputLength) => promisify(gunzip)(bytes, { maxOutputLength }),
  part: bytes => gunzipSync(bytes, cutOff),
};

const codings = new Map<string, (bytes: Uint8Array) => Coding>([
  ['gzip', () => gunzipped],
  ['x-gzip', () => gunzipped],
  ['deflate', bytes => (hasZlibHeader(bytes) ? inflated : inflatedRaw)],
  [
    'br',
    () => ({
      whole: (bytes, maxOutputLength) => promisify(brotliDecompress)(bytes, { maxOutputLength }),
      part: bytes => brotliDecompressSync(bytes, cutOffBrotli),
    }),
  ],
  [
    'zstd',
    () => ({
      whole: (bytes, maxOutputLength) => promisify(zstdDecompress)(bytes, { maxOutputLength }),
      part: bytes => zstdDecompressSync(bytes, cutOffZstd),
    }),
  ],
]);

const hasZlibHeader = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
export const isGzip = ([first, second]: Uint8Array): boolean => first === 0x1f && second === 0x8b;

/** The codings to undo, the last one first. Names that are no codings (`utf-8`, `none`) say nothing of the bytes. */
const namesIn = (encodings: string): string[] =>
  encodings
    .split(',')
    .map(name => name.trim().toLowerCase())
    .filter(name => codings.has(name))
    .toReversed();

/** Whether the header names a coding at all. */
export const hasCoding = (encodings: string): boolean => namesIn(encodings).length > 0;

/**
 * Undoes the codings one after the other. Stops as soon as the result is larger than `maxBytes`. Text that only claims
 * to be compressed is returned as it is. Throws a `FetchFailure` where the bytes are damaged.
 */
export async function decompress(
  bytes: Uint8Array,
  encodings: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const names = namesIn(encodings);
  if (names.length > 2) throw new FetchFailure('garbled', 'compressed more than twice');
  let plain = bytes;
  for (const name of names) {
    const coded = plain;
    plain =
      (await codings
        .get(name)?.(coded)
        .whole(coded, maxBytes)
        .catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ERR_BUFFER_TOO_LARGE')
            throw new FetchFailure('too_large', 'larger than allowed once decompressed');
          if (isText(coded)) return coded;
          throw new FetchFailure('garbled', 'its compressed body is damaged', { cause: error });
        })) ?? coded;
  }
  return plain;
}

/** What the first bytes of a body say once they are decompressed. As they are, where they can not be. */
export function decompressPart(bytes: Uint8Array, encodings: string): Uint8Array {
  let plain = bytes;
  for (const name of namesIn(encodings).slice(0, 2)) {
    try {
      plain = codings.get(name)?.(plain).part(plain) ?? plain;
    } catch {
      return plain;
    }
  }
  return plain;
}
