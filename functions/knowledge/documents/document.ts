import type { DocumentId, ModeName } from '../../platform/ids.ts';

/** A run of a document's content, in reading order. `page` counts from 1, where the source has pages. */
export type Block = (
  | { kind: 'heading'; level: 1 | 2 | 3 | 4 | 5 | 6; text: string; anchor?: string }
  | { kind: 'text' | 'list' | 'table' | 'code'; text: string }
) & { page?: number };

/** The text of a source (a page, a file) with its structure, and the modes that may answer from it. */
export interface LearnedDocument {
  /** Stable over versions: 1 to 512 characters. */
  id: DocumentId;
  url: string;
  title: string;
  modes: ModeName[];
  /** BCP 47. */
  language?: string;
  blocks: Block[];
}

/**
 * A passage of a document, the unit of search. `text` is exactly `start` to `end` (UTF-16 code units) of the
 * document's plain text, so that a citation can point at the passage itself.
 */
export interface Chunk {
  /** Counts from 0 within the document. */
  position: number;
  text: string;
  start: number;
  end: number;
  /** Headings above the passage, outermost first. */
  headings: string[];
  /** The anchor of the nearest heading at or above the passage that has one. */
  anchor?: string;
  page?: number;
}
