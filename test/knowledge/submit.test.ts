import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getDocument } from '../../functions/knowledge/store.ts';
import { removeDocuments, submitDocuments } from '../../functions/knowledge/submit.ts';
import { versionKey } from '../../functions/knowledge/version-blob.ts';
import {
  acme,
  dyingOnce,
  globex,
  help,
  id,
  type KnowledgeWorld,
  page,
  sales,
  startKnowledge,
} from './knowledge-world.ts';

let world: KnowledgeWorld;
beforeAll(async () => {
  world = await startKnowledge();
});
afterAll(() => world.stop());

const submit = (...documents: Parameters<typeof page>[]) =>
  submitDocuments(
    acme,
    documents.map(document => page(...document)),
    world.effects,
  );

describe('submitting documents', () => {
  it('makes them answer questions', async () => {
    const submitted = await submit(['returns', 'Refunds take five days.'], ['empty', '', { blocks: [] }]);
    expect(submitted).toEqual([
      { id: 'returns', changed: true, chunks: 1 },
      { id: 'empty', changed: true, chunks: 0 },
    ]);
    expect(await getDocument(acme, id('returns'), world.effects)).toMatchObject({
      state: 'pending',
      version: 1,
    });
    await world.drain();
    expect(await world.ask(acme, 'How long does a refund take?')).toEqual([
      'returns@1: Refunds take five days.',
    ]);
    expect(await getDocument(acme, id('returns'), world.effects)).toMatchObject({ state: 'completed' });
    expect(await getDocument(acme, id('empty'), world.effects)).toMatchObject({ state: 'completed' });
  });

  it('leaves alone what is known already', async () => {
    await submit(['known', 'The zebra sleeps.']);
    await world.drain();
    expect(await submit(['known', 'The zebra sleeps.'])).toEqual([
      { id: 'known', changed: false, chunks: 1 },
    ]);
    expect(await world.drain()).toBe(0);
    expect(await getDocument(acme, id('known'), world.effects)).toMatchObject({
      version: 1,
      state: 'completed',
    });
  });

  it.each([
    ['text', page('varied', 'The yak sings.')],
    ['modes', page('varied', 'The yak sleeps.', { modes: [help, sales] })],
    ['title', page('varied', 'The yak sleeps.', { title: 'Yaks' })],
    ['address', page('varied', 'The yak sleeps.', { url: 'https://example.com/yaks' })],
  ])('takes another %s for a change', async (_, changed) => {
    await submit(['varied', 'The yak sleeps.']);
    await world.drain();
    const before = await getDocument(acme, id('varied'), world.effects);
    expect(await submitDocuments(acme, [changed], world.effects)).toMatchObject([{ changed: true }]);
    expect(await world.drain()).toBe(1);
    expect(await getDocument(acme, id('varied'), world.effects)).toMatchObject({
      version: (before?.version ?? 0) + 1,
      state: 'completed',
    });
  });

  it('takes the order of modes for no change', async () => {
    await submit(['ordered', 'The emu runs.', { modes: [help, sales] }]);
    await world.drain();
    expect(await submit(['ordered', 'The emu runs.', { modes: [sales, help] }])).toMatchObject([
      { changed: false },
    ]);
  });

  it('sends one message for a batch, and for each fifty of a large one', async () => {
    const many = Array.from({ length: 120 }, (_, index) => page(`many${index}`, `Text number ${index}.`));
    await submitDocuments(globex, many, world.effects);
    const messages = await world.waiting();
    expect(messages.map(message => 'documents' in message && message.documents.length)).toEqual([50, 50, 20]);
    await world.deliver(messages);
    expect(await world.ask(globex, 'text number 77')).toHaveLength(50);
  });

  it('counts the last of two documents with one id', async () => {
    const submitted = await submit(['twice', 'The lynx sleeps.'], ['twice', 'The lynx wakes.']);
    expect(submitted).toMatchObject([{ id: 'twice' }, { id: 'twice' }]);
    await world.drain();
    expect(await world.ask(acme, 'lynx')).toEqual(['twice@1: The lynx wakes.']);
  });

  it.each(['', 'x'.repeat(513)])('refuses the id %.5j', async bad => {
    await expect(submit([bad, 'text'])).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('keeps any other id inside its workspace', () => {
    for (const odd of ['..', '../globex', 'https://example.com/a?b=c#d', 'a/b', 'é', 'x'.repeat(512)])
      expect(versionKey(acme, id(odd), 3)).toMatch(/^acme\/documents\/[0-9a-f]{64}\/3\.json$/);
    expect(versionKey(acme, id('page-1'), 3)).toBe('acme/documents/page-1/3.json');
  });

  it('learns under odd ids too', async () => {
    await submit(["https://example.com/o'hara?x=1#top", 'The ibex climbs.']);
    await world.drain();
    expect(await world.ask(acme, 'ibex')).toHaveLength(1);
    await removeDocuments(acme, [id("https://example.com/o'hara?x=1#top")], world.effects);
    await world.drain();
    expect(await world.ask(acme, 'ibex')).toEqual([]);
  });

  it('stores only the current version', async () => {
    for (const text of ['The gnu is one.', 'The gnu is two.', 'The gnu is three.']) {
      await submit(['stored', text]);
      await world.drain();
    }
    const versions = [1, 2, 3].map(version =>
      world.effects.documents.get(versionKey(acme, id('stored'), version)),
    );
    expect((await Promise.all(versions)).map(body => body !== undefined)).toEqual([false, false, true]);
  });
});

describe('a submission that dies on its way', () => {
  it.each([
    [
      'before its text is stored',
      () => {
        return { documents: dyingOnce(world.effects.documents, 'put') };
      },
    ],
    ['before it is queued', () => ({ indexQueue: dyingOnce(world.effects.indexQueue, 'send') })],
  ])('%s is made good by the next try', async (point, broken) => {
    const name = point.replaceAll(' ', '-');
    const effects = { ...world.effects, ...broken() };
    const document = page(name, `The ${name} quokka.`);
    await expect(submitDocuments(acme, [document], effects)).rejects.toThrow('the process died');
    await submitDocuments(acme, [document], effects);
    await world.drain();
    expect(await world.ask(acme, name)).toContain(`${name}@1: The ${name} quokka.`);
    expect(await submitDocuments(acme, [document], effects)).toMatchObject([{ changed: false }]);
  });

  it('leaves the version before it searchable', async () => {
    await submit(['kept', 'The tapir is grey.']);
    await world.drain();
    const effects = { ...world.effects, indexQueue: dyingOnce(world.effects.indexQueue, 'send') };
    await expect(submitDocuments(acme, [page('kept', 'The tapir is pink.')], effects)).rejects.toThrow();
    expect(await world.ask(acme, 'tapir')).toEqual(['kept@1: The tapir is grey.']);
    expect(await submitDocuments(acme, [page('kept', 'The tapir is blue.')], effects)).toMatchObject([
      { changed: true },
    ]);
    await world.drain();
    expect(await world.ask(acme, 'tapir')).toEqual(['kept@3: The tapir is blue.']);
  });

  it('while another submits the same document, leaves exactly one of the two', async () => {
    const colours = ['red', 'green', 'blue', 'white'];
    await Promise.all(colours.map(colour => submit(['raced', `The okapi is ${colour}.`])));
    const row = await getDocument(acme, id('raced'), world.effects);
    expect(row).toMatchObject({ version: colours.length, state: 'pending' });
    await world.drain();
    const found = await world.ask(acme, 'okapi');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^raced@${colours.length}: The okapi is (${colours.join('|')})\\.$`));
  });
});

describe('removing documents', () => {
  it('takes them out of answers and out of the bucket', async () => {
    await submit(['gone', 'The dodo swam.']);
    await world.drain();
    await removeDocuments(acme, [id('gone'), id('never-there'), id('gone')], world.effects);
    await world.drain();
    expect(await world.ask(acme, 'dodo')).toEqual([]);
    expect(await world.effects.documents.get(versionKey(acme, id('gone'), 1))).toBeUndefined();
  });

  it('can be done again, and the document learned again, its version going on', async () => {
    await submit(['back', 'The kea flies.']);
    await world.drain();
    await removeDocuments(acme, [id('back')], world.effects);
    await removeDocuments(acme, [id('back')], world.effects);
    expect(await submit(['back', 'The kea flies.'])).toMatchObject([{ changed: true }]);
    await world.drain();
    expect(await world.ask(acme, 'kea')).toEqual(['back@3: The kea flies.']);
  });

  it('is made good by the next try when it dies before it is queued', async () => {
    await submit(['half-gone', 'The auk dived.']);
    await world.drain();
    const effects = { ...world.effects, indexQueue: dyingOnce(world.effects.indexQueue, 'send') };
    await expect(removeDocuments(acme, [id('half-gone')], effects)).rejects.toThrow();
    await removeDocuments(acme, [id('half-gone')], effects);
    await world.drain();
    expect(await world.ask(acme, 'auk')).toEqual([]);
  });
});
