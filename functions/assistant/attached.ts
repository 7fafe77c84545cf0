import type { Retrieved } from '../knowledge/index.ts';
import type { ChunkId, DocumentId, SubmissionId } from '../platform/ids.ts';
import { wordsOf } from '../platform/text/words.ts';

/** A text that a visitor sends with a question. It is data for the model, as documents are. */
export interface AttachedFile {
  readonly name: string;
  readonly text: string;
}

const passageLength = 1_000;
/** The most passages of files. Also the number for documents that every answer takes into account. */
const mostPassages = 12;

/**
 * The passages of the files that share most words with the question, in the order of the files. When there are few,
 * all.
 */
export function passagesIn(files: readonly AttachedFile[], question: string): Retrieved[] {
  const asked = new Set(wordsOf(question).map(({ stem }) => stem));
  const passages = files.flatMap(({ name, text: sent }, file) => {
    const text = sent.toWellFormed();
    return cut(text).map(({ start, end }, position): Retrieved => {
      const passage = text.slice(start, end);
      const words = new Set(wordsOf(passage).map(({ stem }) => stem));
      return {
        n: 0,
        title: name,
        url: '',
        headings: [],
        text: passage,
        score: [...asked].filter(word => words.has(word)).length / Math.max(1, asked.size),
        // The passages are in no index. Their ids can not be those of a learned document.
        chunkId: `attached#${file}#${position}` as ChunkId,
        documentId: `attached#${file}` as DocumentId,
        version: 'attached' as SubmissionId,
        start,
        end,
      };
    });
  });
  const best = new Set(passages.toSorted((a, b) => b.score - a.score).slice(0, mostPassages));
  return passages.filter(passage => best.has(passage));
}

/**
 * Cuts the text into ranges. Each holds whole paragraphs if they fit, else whole lines, else as many characters as fit.
 */
function cut(text: string): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (let start = 0; start < text.length; ) {
    const limit = start + passageLength;
    const end = limit >= text.length ? text.length : borderBefore(text, start, limit);
    if (text.slice(start, end).trim() !== '') ranges.push({ start, end });
    start = end;
  }
  return ranges;
}

function borderBefore(text: string, start: number, limit: number): number {
  for (const border of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(border, limit - border.length);
    if (at > start + passageLength / 2) return at + border.length;
  }
  // Never cut between the two halves of a surrogate pair.
  return /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
}
