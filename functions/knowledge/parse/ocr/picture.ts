import { createRequire } from 'node:module';
import type Sharp from 'sharp';
import { UnreadableFile } from '../file-reading.ts';
import type { Picture } from './recogniser.ts';

/** Pixels of one picture, told by its header before anything is unpacked: a sheet of A0 at 300 dots an inch. */
const mostPixels = 150_000_000;
/** Pages of one TIFF, or frames. */
const mostFrames = 500;
/** Pixels on the longer side of what is read. Print that is smaller then can not be read on paper either. */
const longestSide = 4_000;
/** Pixels on the longer side below which a picture is read twice as large: its letters are few pixels high. */
const smallSide = 900;

/** A file of one or more pictures. */
export interface PictureFile {
  readonly frames: number;
  /** The picture of a frame, counted from 0, as it is to be looked at. */
  frame(index: number): Promise<Picture>;
}

/** Opens a picture. Throws `UnreadableFile` where it is damaged, too large, or of a type that can not be read. */
export async function openPicture(path: string): Promise<PictureFile> {
  const sharp = loadSharp();
  const header = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw new UnreadableFile('the picture is damaged, or of a type that can not be read');
    });
  // Of an animation the first picture is read; a TIFF has pages.
  const frames = header.format === 'tiff' ? (header.pages ?? 1) : 1;
  if (frames > mostFrames)
    throw new UnreadableFile(`the file has ${frames} pictures; ${mostFrames} are read at most`);
  const { width, height } = header;
  if (width * height > mostPixels)
    throw new UnreadableFile(
      `the picture is too large: ${width} x ${height} pixels, where ${mostPixels / 1_000_000} million are read at most`,
    );
  return { frames, frame: index => frameOf(path, index) };
}

const load = createRequire(import.meta.url);

function loadSharp(): typeof Sharp {
  // With `require`: a layer's packages are not found by `import`.
  const sharp: typeof Sharp = load('sharp');
  // A process reads one file: nothing is read twice, and one picture at a time.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

async function frameOf(path: string, page: number): Promise<Picture> {
  const sharp = loadSharp();
  // Each page of a TIFF has a size of its own.
  const decoded = sharp(path, { page, limitInputPixels: mostPixels, failOn: 'error' });
  const { width, height } = await decoded.metadata();
  const longer = Math.max(width, height);
  const factor = longer > longestSide ? longestSide / longer : longer < smallSide ? 2 : 1;
  const { data, info } = await decoded
    // As the camera was held.
    .autoOrient()
    .flatten({ background: 'white' })
    .greyscale()
    .resize({
      width: Math.max(1, Math.round(longer * factor)),
      height: Math.max(1, Math.round(longer * factor)),
      fit: 'inside',
    })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    pixels: new Uint8Array(data.buffer, data.byteOffset, data.length),
  };
}
