import type { Block } from '../documents/document.ts';

/** A file to read. It lies on the disk, since it may be larger than the memory. */
export interface FileToRead {
  readonly path: string;
  /** As its owner called it. It tells little: the type is judged by the content. */
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  /** The page to begin at, from 1, where those before it were read already. Absent: the first. */
  readonly firstPage?: number;
  /** Pages up to this one are read one by one: one of them ended the process that read it with others. */
  readonly aloneTo?: number;
}

/** A page or a slide of a file; of a file without pages a part of any length. */
export interface FilePart {
  /** Counts from 1. Absent where the file has no pages. */
  readonly page?: number;
  /** What a reader calls the page, where that is another number: `iv`. */
  readonly label?: string;
  /** In reading order, each with the page. Empty for a page without text. */
  readonly blocks: readonly Block[];
  /** Why the page could not be read, in words for people. The other pages can be. */
  readonly problem?: string;
}

/** A file that is being read, part by part, so that no more than some of its pages are in memory. */
export interface FileReading {
  /** What the file is by its content, whatever its owner called it: `application/pdf`. */
  readonly mediaType?: string;
  readonly title?: string;
  /** BCP 47, where the file tells. */
  readonly language?: string;
  /** How many pages the file has. As many parts follow. Absent where it has no pages. */
  readonly pages?: number;
  /** What was left out, in words for people: "its macros were ignored". */
  readonly notes: readonly string[];
  readonly parts: AsyncIterable<FilePart>;
}

/** Nothing of the file can be read. The message tells its owner why, and what to do. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}
