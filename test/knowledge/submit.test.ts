import { describe, expect, it } from 'vitest';
import { removeDocuments, submitDocuments } from '../../functions/knowledge/documents/submit.ts';
import { world } from './knowledge-subject.ts';
import { acme, dyingOnce, globex, help, id, page, sales } from './knowledge-world.ts';

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
    expect(await world.documentRow(acme, 'returns')).toMatchObject({ state: 'pending' });
    await world.drain();
    expect(await world.ask(acme, 'How long does a refund take?')).toEqual([
      'returns: Refunds take five days.',
    ]);
    expect(await world.documentRow(acme, 'returns')).toMatchObject({ state: 'completed' });
    expect(await world.documentRow(acme, 'empty')).toMatchObject({ state: 'completed' });
  });

  it('takes the others in when one can not be, and says which and why', async () => {
    const broken = {
      ...page('broken', 'The auk sleeps.'),
      get title(): string {
        throw new RangeError('a defect');
      },
    };
    const nameless = page('', 'The emu sleeps.');
    const submitted = await submitDocuments(
      acme,
      [nameless, broken, page('whole', 'The ounce sleeps.')],
      world.effects,
    );
    expect(submitted).toEqual([
      { id: '', changed: false, chunks: 0, problem: 'its id has not 1 to 512 bytes' },
      {
        id: 'broken',
        changed: false,
        chunks: 0,
        problem: 'can not be cut into passages: RangeError: a defect',
      },
      { id: 'whole', changed: true, chunks: 1 },
    ]);
    await world.drain();
    expect(await world.documentRow(acme, 'broken')).toBeUndefined();
    expect(await world.documentRow(acme, 'whole')).toMatchObject({ state: 'completed' });
  });

  it('leaves alone what is known already', async () => {
    await submit(['known', 'The zebra sleeps.']);
    await world.drain();
    expect(await submit(['known', 'The zebra sleeps.'])).toEqual([
      { id: 'known', changed: false, chunks: 1 },
    ]);
    expect(await world.drain()).toBe(0);
    expect(await world.documentRow(acme, 'known')).toMatchObject({ state: 'completed' });
  });

  it.each([
    ['text', page('varied', 'The yak sings.')],
    ['modes', page('varied', 'The yak sleeps.', { modes: [help, sales] })],
    ['title', page('varied', 'The yak sleeps.', { title: 'Yaks' })],
    ['address', page('varied', 'The yak sleeps.', { url: 'https://example.com/yaks' })],
  ])('takes another %s for a change', async (_, changed) => {
    await submit(['varied', 'The yak sleeps.']);
    await world.drain();
    const before = await world.documentRow(acme, 'varied');
    expect(await submitDocuments(acme, [changed], world.effects)).toMatchObject([{ changed: true }]);
    expect(await world.drain()).toBe(1);
    const after = await world.documentRow(acme, 'varied');
    expect(after?.state).toBe('completed');
    expect(after?.version).not.toBe(before?.version);
  });

  it('takes the order of modes for no change', async () => {
    await submit(['ordered', 'The emu runs.', { modes: [help, sales] }]);
    await world.drain();
    expect(await submit(['ordered', 'The emu runs.', { modes: [sales, help] }])).toMatchObject([
      { changed: false },
    ]);
  });

  it('sends one message for a batch, and for each hundred of a large one', async () => {
    const many = Array.from({ length: 250 }, (_, index) => page(`many${index}`, `Text number ${index}.`));
    await submitDocuments(globex, many, world.effects);
    const messages = await world.waiting();
    expect(messages.map(message => 'documents' in message && (message.documents ?? []).length)).toEqual([
      100, 100, 50,
    ]);
    await world.deliver(messages);
    expect(await world.ask(globex, 'text number 77')).toHaveLength(50);
  });

  it('counts the last of two documents with one id', async () => {
    const submitted = await submit(['twice', 'The lynx sleeps.'], ['twice', 'The lynx wakes.']);
    expect(submitted).toMatchObject([{ id: 'twice' }, { id: 'twice' }]);
    await world.drain();
    expect(await world.ask(acme, 'lynx')).toEqual(['twice: The lynx wakes.']);
  });

  it.each(['', 'x'.repeat(513)])('refuses the id %.5j, and that document alone', async bad => {
    const [refused, taken] = await submit([bad, 'text'], ['beside-it', 'more text']);
    expect(refused).toMatchObject({ changed: false, problem: expect.stringContaining('id') });
    expect(taken?.problem).toBeUndefined();
    await world.drain();
  });

  it('sends a message for each few megabytes of text', async () => {
    const book = 'The bittern booms. '.repeat(60_000);
    const books = ['one', 'two', 'three', 'four', 'five'].map(name =>
      page(`book-${name}`, `${name} ${book}`),
    );
    await submitDocuments(globex, books, world.effects);
    const messages = await world.waiting();
    expect(messages.map(message => 'documents' in message && (message.documents ?? []).length)).toEqual([
      4, 1,
    ]);
  });

  it('learns under odd ids too', async () => {
    await submit(["https://example.com/o'hara?x=1#top", 'The ibex climbs.']);
    await world.drain();
    expect(await world.ask(acme, 'ibex')).toHaveLength(1);
    await removeDocuments(acme, [id("https://example.com/o'hara?x=1#top")], world.effects);
    await world.drain();
    expect(await world.ask(acme, 'ibex')).toEqual([]);
  });

  it('stores texts in their workspace, until the index has them', async () => {
    const before = await world.stored();
    for (const text of ['The gnu is one.', 'The gnu is two.']) await submit(['stored', text]);
    const waiting = (await world.stored()).filter(key => !before.includes(key));
    expect(waiting).toHaveLength(2);
    for (const key of waiting) expect(key).toMatch(/^acme\/submissions\/[0-9a-f-]{36}\.json$/);
    await world.drain();
    expect(await world.stored()).toEqual(before);
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
    expect(await world.ask(acme, name)).toContain(`${name}: The ${name} quokka.`);
    expect(await submitDocuments(acme, [document], effects)).toMatchObject([{ changed: false }]);
  });

  it('leaves the version before it searchable', async () => {
    await submit(['kept', 'The tapir is grey.']);
    await world.drain();
    const effects = { ...world.effects, indexQueue: dyingOnce(world.effects.indexQueue, 'send') };
    await expect(submitDocuments(acme, [page('kept', 'The tapir is pink.')], effects)).rejects.toThrow();
    expect(await world.ask(acme, 'tapir')).toEqual(['kept: The tapir is grey.']);
    expect(await submitDocuments(acme, [page('kept', 'The tapir is blue.')], effects)).toMatchObject([
      { changed: true },
    ]);
    await world.drain();
    expect(await world.ask(acme, 'tapir')).toEqual(['kept: The tapir is blue.']);
  });

  it('while another submits the same document, leaves exactly one of the two', async () => {
    const colours = ['red', 'green', 'blue', 'white'];
    await Promise.all(colours.map(colour => submit(['raced', `The okapi is ${colour}.`])));
    const row = await world.documentRow(acme, 'raced');
    expect(row).toMatchObject({ state: 'pending' });
    await world.drain();
    const found = await world.ask(acme, 'okapi');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^raced: The okapi is (${colours.join('|')})\\.$`));
  });
});

describe('removing documents', () => {
  it('takes them out of answers', async () => {
    await submit(['gone', 'The dodo swam.']);
    await world.drain();
    await removeDocuments(acme, [id('gone'), id('never-there'), id('gone')], world.effects);
    await world.drain();
    expect(await world.ask(acme, 'dodo')).toEqual([]);
    expect(await world.documentRow(acme, 'gone')).toMatchObject({ state: 'removed' });
  });

  it('can be done again, and the document learned again', async () => {
    await submit(['back', 'The kea flies.']);
    await world.drain();
    await removeDocuments(acme, [id('back')], world.effects);
    await removeDocuments(acme, [id('back')], world.effects);
    expect(await submit(['back', 'The kea flies.'])).toMatchObject([{ changed: true }]);
    await world.drain();
    expect(await world.ask(acme, 'kea')).toEqual(['back: The kea flies.']);
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
