import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { extractPage, type LearnedDocument } from '../../functions/knowledge/index.ts';
import type { DocumentId, ModeName } from '../../functions/platform/ids.ts';
import { readPassages } from './retrieval-sets.ts';

/** Questions about documents that nobody looked at while the answerer was made. */
export interface UnseenSet {
  readonly name: string;
  readonly documents: readonly LearnedDocument[];
  readonly answered: readonly { readonly question: string; readonly isRight: (answer: string) => boolean }[];
  readonly notAnswered: readonly string[];
}

const siteQuestions = z.object({
  package: z.string(),
  pages: z.string(),
  answered: z.array(z.object({ question: z.string(), holds: z.string() })),
  notAnswered: z.array(z.string()),
});

/**
 * `DIR/retrieval/passages`: five corpora with 472 questions, and for each as off topic some about the others.
 * `DIR/sites`: Debian packages unpacked (`dpkg -x`), each in a folder of its name, with the questions of
 * `site-questions/`, which were written before any answer was read.
 */
export async function unseenSets(dataDir: string, mode: ModeName): Promise<UnseenSet[]> {
  return [
    ...(await passageSets(join(dataDir, 'retrieval/passages'), mode)),
    ...(await sites(join(dataDir, 'sites'), mode)),
  ];
}

async function passageSets(directory: string, mode: ModeName): Promise<UnseenSet[]> {
  if (!existsSync(directory)) return [];
  const { documents, questions } = await readPassages(directory);
  return [...documents].map(([name, text]) => {
    const own = questions.filter(({ answers }) => answers[0]?.document === name);
    const others = questions.filter(question => !own.includes(question));
    return {
      name,
      documents: [
        {
          id: name as DocumentId,
          url: `https://example.org/${name}`,
          title: name.replaceAll('_', ' '),
          modes: [mode],
          blocks: text
            .split(/\n\s*\n/)
            .filter(part => part.trim() !== '')
            .map(part => ({ kind: 'text', text: part }) as const),
        },
      ],
      answered: own.map(({ question, answers }) => ({
        question,
        isRight: answer => answers.some(({ start, end }) => sharesWords(answer, text.slice(start, end))),
      })),
      notAnswered: others.filter((_, at) => at % 6 === 0).map(({ question }) => question),
    };
  });
}

async function sites(directory: string, mode: ModeName): Promise<UnseenSet[]> {
  const folder = join(import.meta.dirname, 'site-questions');
  const sets: UnseenSet[] = [];
  for (const file of await readdir(folder)) {
    const {
      package: name,
      pages,
      answered,
      notAnswered,
    } = siteQuestions.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    if (!existsSync(join(directory, pages))) {
      console.log(`answers: no ${join(directory, pages)} (Debian's package ${name}): not measured`);
      continue;
    }
    sets.push({
      name,
      documents: await pagesIn(join(directory, pages), mode),
      answered: answered.map(({ question, holds }) => ({
        question,
        isRight: answer => new RegExp(holds).test(answer.replaceAll(/\\(?=\p{P})/gu, '')),
      })),
      notAnswered,
    });
  }
  return sets;
}

async function pagesIn(directory: string, mode: ModeName): Promise<LearnedDocument[]> {
  const files = (await readdir(directory)).filter(name => name.endsWith('.html'));
  return Promise.all(
    files.map(async name => {
      const url = `https://example.org/${name}`;
      const { title, blocks } = extractPage(await readFile(join(directory, name), 'utf8'), new URL(url));
      return { id: name as DocumentId, url, title, modes: [mode], blocks };
    }),
  );
}

/** Whether the answer has three tenths of the reference's runs of three words. */
function sharesWords(answer: string, reference: string): boolean {
  const [said, wanted] = [runsOf(answer), runsOf(reference)];
  return [...wanted].filter(run => said.has(run)).length >= 0.3 * wanted.size;
}

function runsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.slice(2).map((word, at) => `${words[at]} ${words[at + 1]} ${word}`));
}
