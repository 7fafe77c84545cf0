import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnowledgeEffects } from './knowledge-world.ts';
import { submitDocuments } from '../../functions/knowledge/index.ts';
import { nothingFits } from '../../functions/knowledge/retrieval/fit.ts';
import { retrieve } from '../../functions/knowledge/retrieval/retrieve.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { sampleDocuments } from '../support/sample-site.ts';
import { type EmbeddingWorld, startEmbedding } from './embedding-world.ts';
import { help, page } from './knowledge-world.ts';

const hall = 'hall' as WorkspaceId;
const bath = 'bath' as WorkspaceId;
const temple = 'temple' as WorkspaceId;

/** A site in German, and one in Japanese: as small as such a site may be, in sentences as people write them. */
const german = [
  'Das Freibad ist von Mai bis September geöffnet. Der Eintritt kostet für Erwachsene vier Euro und für Kinder zwei Euro.',
  'Hunde sind auf der Wiese nicht erlaubt. Wer eine Dauerkarte hat, bringt sie bitte zu jedem Besuch mit.',
  'Die Kurse für Kinder beginnen im Juni. Wir nehmen Anmeldungen per Telefon an, und zwar bis zum Ende des Monats.',
  'Das Café am Becken hat an jedem Tag geöffnet, an dem auch das Bad offen ist. Dort gibt es Eis, Kuchen und Getränke.',
  'Wie kommt man zu uns? Der Bus der Linie 4 hält vor dem Tor, und für Fahrräder gibt es einen Platz mit Dach.',
];
const japanese = [
  '本堂は午前九時から午後五時まで開いています。拝観料は大人五百円です。',
  '庭園は春と秋に夜間も開いています。写真を撮ることができます。',
  '駐車場は寺の東にあります。バスは駅から十分です。',
  '茶室では抹茶を飲むことができます。予約は電話でお願いします。',
];

let world: EmbeddingWorld;
beforeAll(async () => {
  world = await startEmbedding();
  await submitDocuments(hall, await sampleDocuments(help), world.effects);
  for (const [workspace, texts] of [
    [bath, german],
    [temple, japanese],
  ] as const)
    await submitDocuments(
      workspace,
      texts.map((text, at) => page(`page${at}`, text, { title: `${at}` })),
      world.effects,
    );
  await world.drain();
});
afterAll(() => world.stop());

async function fitsNothing(
  workspace: WorkspaceId,
  question: string,
  effects: KnowledgeEffects = world.effects,
) {
  const query = { mode: help, question };
  return nothingFits(workspace, query, await retrieve(workspace, query, effects), effects);
}

describe('by words alone, nothing fits', () => {
  it.each([
    'Which moons of Jupiter did Galileo discover with his telescope?',
    'What is the best treatment for chronic migraine in adults?',
    'What did the parliament of Iceland decide about whaling quotas?',
  ])('%s', async question => expect(await fitsNothing(hall, question)).toBe(true));

  it('a German question that German pages say nothing about', async () => {
    expect(await fitsNothing(bath, 'Welche Vulkane sind im letzten Winter auf Island ausgebrochen?')).toBe(
      true,
    );
    expect(await fitsNothing(bath, 'Wie beantrage ich einen Reisepass für die Schweiz?')).toBe(true);
  });

  it('a Japanese question that Japanese pages say nothing about', async () =>
    expect(await fitsNothing(temple, '火山の噴火は地震の後に発生しますか?')).toBe(true));
});

describe('by words alone, something fits', () => {
  it.each([
    'When is the hall open on Saturdays and what does membership cost?',
    'How do I become a member and can I bring my dog to the workshops?',
    'What happens when I return a tool late?',
    'Whats the oppening hours on satturday for the workshops',
  ])('%s', async question => expect(await fitsNothing(hall, question)).toBe(false));

  it('in German and in Japanese', async () => {
    expect(
      await fitsNothing(bath, 'Wann ist das Freibad geöffnet und was kostet der Eintritt für Kinder?'),
    ).toBe(false);
    expect(await fitsNothing(temple, '拝観料はいくらですか? 何時まで開いていますか?')).toBe(false);
  });
});

describe('by words alone there is no evidence', () => {
  it.each([
    'Wann ist die Halle am Samstag geöffnet und was kostet die Mitgliedschaft?',
    'Welche Werkstätten gibt es, und wie lange darf ich ein Werkzeug ausleihen?',
    'Quels sont les horaires du samedi et combien coûte une adhésion ?',
    'Ile kosztuje członkostwo i kiedy hala jest otwarta w soboty?',
    '土曜日は何時に開きますか? 会費はいくらですか?',
    'Сколько стоит членство и когда открыт зал?',
  ])('in a question of another language: %s', async question =>
    expect(await fitsNothing(hall, question)).toBe(false),
  );

  it.each(['Hello', 'Hi, how are you?', 'volcanoes', 'Björk Guðmundsdóttir', '???', ''])(
    'in so short a text: "%s"',
    async question => expect(await fitsNothing(hall, question)).toBe(false),
  );

  it('where nothing has been learned', async () =>
    expect(await fitsNothing('empty' as WorkspaceId, 'Which volcanoes erupted in Iceland?')).toBe(false));

  it('where the index can not be asked', async () => {
    const query = { mode: help, question: 'Which moons of Jupiter did Galileo discover?' };
    const found = await retrieve(hall, query, world.effects);
    const index = { sample: () => Promise.reject(new Error('the disk is gone')) };
    expect(await nothingFits(hall, query, found, { ...world.effects, index })).toBe(false);
  });
});

it('asks the index once, however many questions come', async () => {
  let samples = 0;
  const index = {
    ...world.effects.index,
    sample: (...sampling: Parameters<typeof world.effects.index.sample>) => {
      samples += 1;
      return world.effects.index.sample(...sampling);
    },
  };
  for (const question of ['When is the hall open?', 'Which volcanoes erupted in Iceland last winter?'])
    await fitsNothing(hall, question, { ...world.effects, index });
  expect(samples).toBe(1);
});

describe('with an embedder', () => {
  it('similarity decides: another word for it fits, and what is far from everything does not', async () => {
    const effects = world.using('text-embedding-3-small');
    const workspace = world.newWorkspace();
    await world.learn(workspace, effects, page('cars', 'automobile'), page('lakes', 'lake'));
    await world.embed(effects);
    expect(await fitsNothing(workspace, 'vehicle', effects)).toBe(false);
    expect(await fitsNothing(workspace, 'symphony', effects)).toBe(true);
  });
});
