import * as z from 'zod';
import type { FilePart, FileReading } from './file-reading.ts';

/** What the process of a reader is told, as the JSON of its first argument. */
export const readerTask = z.object({
  path: z.string(),
  filename: z.string(),
  size: z.number(),
  firstPage: z.number().default(1),
  aloneTo: z.number().default(0),
});

/** What the process of a reader says, a line of JSON each. It says `alive` while it works. */
export type ReaderMessage =
  | { readonly kind: 'opened'; readonly about: Omit<FileReading, 'parts'> }
  | { readonly kind: 'part'; readonly part: FilePart }
  | { readonly kind: 'alive' }
  | { readonly kind: 'end' }
  /** Nothing of the file can be read, for a reason that its owner is told. */
  | { readonly kind: 'unreadable'; readonly message: string }
  /** A defect of ours. */
  | { readonly kind: 'failed'; readonly message: string };

/** A file descriptor of the process, behind its input, output and errors, which libraries write to. */
export const messagePipe = 3;
