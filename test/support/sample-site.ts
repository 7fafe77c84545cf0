import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LearnedDocument } from '../../functions/knowledge/index.ts';
import type { DocumentId, ModeName } from '../../functions/platform/ids.ts';
import { extractPage } from '../../functions/knowledge/parse/html/extract.ts';

const directory = join(import.meta.dirname, '../../sample-site');

/** The pages of the sample site as the crawler reads them. */
export async function sampleDocuments(mode: ModeName): Promise<LearnedDocument[]> {
  const files = (await readdir(directory)).filter(name => name.endsWith('.html'));
  return Promise.all(
    files.map(async name => {
      const url = `https://makershall.example/${name}`;
      const { title, blocks } = extractPage(await readFile(join(directory, name), 'utf8'), new URL(url));
      return { id: name as DocumentId, url, title, modes: [mode], blocks };
    }),
  );
}

/** Whether an answer holds the words, without Markdown's escapes, in whatever case and spacing. */
export const holdsWords = (answer: string, words: string): boolean => plain(answer).includes(plain(words));

const plain = (text: string): string =>
  text
    .replaceAll(/\\(?=\p{P})/gu, '')
    .replaceAll(/\s+/g, ' ')
    .toLowerCase();
