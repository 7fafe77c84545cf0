import { open } from 'node:fs/promises';
import type { FileToRead } from '../file-reading.ts';

/** Bytes at the end of a file in which a PDF ends, with what others may have put behind it. */
const tailBytes = 1_048_576;
const headBytes = 2_048;

/**
 * Whether a PDF is cut off, though a reader may find pages in what is left: its end is missing, or the file is shorter
 * than its head says (a linearized file names its length).
 */
export async function isCutOff({ path, size }: FileToRead): Promise<boolean> {
  const file = await open(path);
  try {
    const read = async (start: number, length: number): Promise<string> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
      return buffer.toString('latin1', 0, bytesRead);
    };
    const head = await read(0, headBytes);
    const linear = /\/Linearized\b[^>]{0,200}?\/L\s+(\d+)/.exec(head);
    if (linear && Number(linear[1]) > size) return true;
    const start = Math.max(0, size - tailBytes);
    const tail = await read(start, size - start);
    const end = tail.lastIndexOf('%%EOF');
    if (end < 0) return !tail.includes('startxref');
    // An update that was begun behind the end, and not ended.
    return /\d\s+\d\s+obj\b/.test(tail.slice(end));
  } finally {
    await file.close();
  }
}
