import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';

export interface Span {
  readonly document: string;
  readonly start: number;
  readonly end: number;
}

export interface PassageSet {
  /** Text by name. */
  readonly documents: ReadonlyMap<string, string>;
  readonly questions: readonly { readonly question: string; readonly answers: readonly Span[] }[];
}

const references = z.array(z.object({ start_index: z.int(), end_index: z.int() }));

/** The corpora and questions of chunking_evaluation below `directory`. */
export async function readPassages(directory: string): Promise<PassageSet> {
  const names = await readdir(join(directory, 'corpora'));
  const documents = new Map<string, string>();
  for (const name of names)
    documents.set(basename(name, '.md'), await readFile(join(directory, 'corpora', name), 'utf8'));
  const rows = parseCsv(await readFile(join(directory, 'questions.csv'), 'utf8')).slice(1);
  const questions = rows.map(([question = '', answers = '[]', document = '']) => ({
    question,
    answers: references
      .parse(JSON.parse(answers))
      .map(({ start_index, end_index }) => ({ document, start: start_index, end: end_index })),
  }));
  return { documents, questions };
}

const squad = z.object({
  data: z.array(
    z.object({
      title: z.string(),
      paragraphs: z.array(
        z.object({ context: z.string(), qas: z.array(z.object({ question: z.string() })) }),
      ),
    }),
  ),
});

/** The paragraphs of XQuAD below `directory`, each with its article's title and the questions it answers. */
export async function readParagraphs(
  directory: string,
): Promise<{ title: string; text: string; questions: string[] }[]> {
  const { data } = squad.parse(JSON.parse(await readFile(join(directory, 'xquad.en.json'), 'utf8')));
  return data.flatMap(({ title, paragraphs }) =>
    paragraphs.map(({ context, qas }) => ({
      title: title.replaceAll('_', ' '),
      text: context,
      questions: qas.map(({ question }) => question),
    })),
  );
}

/** RFC 4180: quoted fields may hold commas, line ends and doubled quotes. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1) rows.push(row);
    row = [];
  }
  return rows;
}

/** How well retrieved spans cover the answers: the share of the answers found, and that share of all that was read. */
export function coverage(
  retrieved: readonly Span[],
  answers: readonly Span[],
): { recall: number; iou: number } {
  const size = (spans: readonly Span[]) => spans.reduce((sum, { start, end }) => sum + end - start, 0);
  let found = 0;
  for (const answer of answers) {
    const covered = retrieved
      .filter(({ document }) => document === answer.document)
      .reduce(
        (sum, { start, end }) => sum + Math.max(0, Math.min(end, answer.end) - Math.max(start, answer.start)),
        0,
      );
    found += Math.min(covered, answer.end - answer.start);
  }
  return { recall: found / size(answers), iou: found / (size(retrieved) + size(answers) - found) };
}
