import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryTerms, searchable } from '../../functions/knowledge/index/analyse.ts';
import { indexHealth } from '../../functions/knowledge/health.ts';
import { passagesOf, retrieve } from '../../functions/knowledge/retrieval/retrieve.ts';
import { submitDocuments } from '../../functions/knowledge/documents/submit.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { world } from './knowledge-subject.ts';
import { acme, help, id, page, sales } from './knowledge-world.ts';

const ask = async (question: string, limit?: number, workspace = acme) => {
  const query = { mode: help, question, ...(limit === undefined ? {} : { limit }) };
  return (await retrieve(workspace, query, world.effects)).passages;
};

const prices = (year: number, fee: number) =>
  page(`prices${year}`, '', {
    blocks: [
      {
        kind: 'text',
        text: `${'The membership is paid at the start of the season and covers all courts. '.repeat(5)}Fee ${year}: ${fee}.`,
      },
    ],
  });

describe('retrieving passages', () => {
  it('numbers them from 1, best first, with what a citation needs', async () => {
    await submitDocuments(
      acme,
      [
        page('fees', 'A transfer costs nothing.\nA card payment costs one percent.', {
          title: 'Fees and costs',
        }),
        page('cards', 'Cards are sent by post.'),
      ],
      world.effects,
    );
    await world.drain();
    const passages = await ask('What does a card payment cost?');
    expect(passages.map(({ n, documentId }) => [n, documentId])).toEqual([
      [1, 'fees'],
      [2, 'cards'],
    ]);
    const text = 'About fees\n\nA transfer costs nothing.\n\nA card payment costs one percent.';
    expect(passages[0]).toEqual({
      n: 1,
      chunkId: 'fees#0',
      documentId: 'fees',
      version: expect.any(String),
      url: 'https://example.com/fees',
      title: 'Fees and costs',
      headings: ['About fees'],
      anchor: 'about',
      text,
      start: 0,
      end: text.length,
      score: expect.any(Number),
    });
    expect(passages[0]?.score).toBeGreaterThan(passages[1]?.score ?? Number.NaN);
  });

  it('keeps one of several passages that say nearly the same, and fills up with others', async () => {
    const workspace = 'copies' as WorkspaceId;
    const notice = 'The office is closed on public holidays, and calls are answered on the next working day.';
    await submitDocuments(
      workspace,
      [
        ...Array.from({ length: 12 }, (_, index) =>
          page(`copy${index}`, '', {
            blocks: [{ kind: 'text', text: `${notice}  ${notice.toUpperCase()}${'!'.repeat(index)}` }],
          }),
        ),
        page('hours', 'The office opens at nine and stays open until five on working days.'),
      ],
      world.effects,
    );
    await world.drain();
    const passages = await ask('When is the office closed on holidays?', 5, workspace);
    expect(passages.map(({ documentId }) => documentId.replace(/\d+$/, ''))).toEqual(['copy', 'hours']);
  });

  it('keeps passages that differ in a number only', async () => {
    const workspace = 'prices' as WorkspaceId;
    await submitDocuments(workspace, [prices(2025, 40), prices(2026, 45)], world.effects);
    await world.drain();
    expect(await ask('What is the membership fee?', 5, workspace)).toHaveLength(2);
  });

  it('gives five unless told otherwise', async () => {
    const workspace = 'many' as WorkspaceId;
    const animals = ['heron', 'otter', 'badger', 'weasel', 'marten', 'beaver', 'falcon', 'magpie'];
    await submitDocuments(
      workspace,
      animals.map(animal =>
        page(animal, `${animal} ${animal} and ${animal} live by the river of the ${animal}.`),
      ),
      world.effects,
    );
    await world.drain();
    expect(await ask('river', undefined, workspace)).toHaveLength(5);
    expect(await ask('river', 8, workspace)).toHaveLength(8);
    expect(await ask('river', 1, workspace)).toHaveLength(1);
  });

  it('gives the text of named documents, whatever was asked', async () => {
    const workspace = 'named' as WorkspaceId;
    await submitDocuments(
      workspace,
      [page('rules', 'No dogs.'), page('menu', 'Soup.'), page('secret', 'Safe.', { modes: [sales] })],
      world.effects,
    );
    await world.drain();
    const documents = ['menu', 'secret', 'rules'].map(id);
    const passages = await passagesOf(workspace, { mode: help, documents, limit: 10 }, world.effects);
    expect(passages.map(({ n, documentId, text, score }) => [n, documentId, text, score])).toEqual([
      [1, 'menu', 'About menu\n\nSoup.', 0],
      [2, 'rules', 'About rules\n\nNo dogs.', 0],
    ]);
  });

  it('finds nothing where nothing matches, and in an unknown workspace', async () => {
    expect(await ask('xylophone')).toEqual([]);
    expect(await ask('?!')).toEqual([]);
    expect(await ask('card', 5, 'nobody' as WorkspaceId)).toEqual([]);
  });
});

describe('the terms of a question', () => {
  it('are its words, each once, without marks', () => {
    expect(queryTerms('What IS "the" fee (the FEE) for e-mail?')).toEqual([
      'what',
      'is',
      'the',
      'fee',
      'for',
      'e',
      'mail',
    ]);
    expect(queryTerms('')).toEqual([]);
  });

  it('are at most 64 plain words, whatever the question is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), question => {
        const terms = queryTerms(question);
        expect(terms.length).toBeLessThanOrEqual(64);
        for (const term of terms) expect(term).toMatch(/^[\p{L}\p{N}\p{M}]{1,40}$/u);
      }),
    );
    expect(queryTerms(Array.from({ length: 500 }, (_, index) => `w${index}`).join(' '))).toHaveLength(64);
  });

  it('meet the text in scripts without spaces', () => {
    expect(searchable('返品は30日')).toBe(' 返品 品は 30 日 ');
    for (const term of queryTerms('返品')) expect(searchable('返品は30日').split(' ')).toContain(term);
  });
});

it('says which index and embedder are in use', async () => {
  expect(await indexHealth(world.effects)).toEqual({
    index: expect.stringMatching(/^lancedb \d+\.\d+\.\d+$/),
    embedder: 'none (lexical ranking)',
    rebuilding: false,
  });
});
