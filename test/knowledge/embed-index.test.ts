import { describe, expect, it } from 'vitest';
import { receiveEmbed } from '../../functions/knowledge/embedding/embed-index.ts';
import { embedderFailingSince } from '../../functions/knowledge/retrieval/nearest.ts';
import { removeDocuments, submitDocuments } from '../../functions/knowledge/documents/submit.ts';
import { cars, holidays, small, world } from './embedding-subject.ts';
import { id, page, sales } from './knowledge-world.ts';

describe('learning with an embedder', () => {
  it('finds a document by its words at once, and by other words when its vectors have followed', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, cars, holidays);
    expect(world.fake.requests).toEqual([]);
    expect(await world.ask(workspace, 'car', effects)).toEqual(['cars']);
    expect(await world.ask(workspace, 'automobile', effects)).toEqual([]);
    await world.embed(effects);
    expect(await world.statsOf(workspace, effects)).toEqual({ chunks: 2, embedded: 2, whole: true });
    expect((await world.ask(workspace, 'automobile', effects))[0]).toBe('cars');
    expect((await world.ask(workspace, 'vacation', effects))[0]).toBe('holidays');
    expect(await world.ask(workspace, 'automobile', effects, sales)).toEqual([]);
    expect(await world.ask(world.newWorkspace(), 'automobile', effects)).toEqual([]);
  });

  it('embeds title and headings with the text', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, { ...cars, title: 'Fleet' });
    await world.embed(effects);
    expect(world.embedded()).toEqual(['Fleet\nAbout cars\nAbout cars\n\nEvery car is washed on Monday.']);
  });

  it('embeds a text once, though it comes again in another version, place or document', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, cars);
    await world.embed(effects);
    await world.learn(
      workspace,
      world.using(small),
      { ...cars, modes: [sales] },
      { ...cars, id: id('copy') },
    );
    await world.embed(world.using(small));
    expect(world.embedded()).toHaveLength(1);
    expect((await world.ask(workspace, 'automobile', effects, sales))[0]).toBe('cars');
    expect(await world.ask(workspace, 'automobile', effects)).toEqual(['copy']);
  });

  it('drops the vectors of what is removed', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, cars, holidays);
    await world.embed(effects);
    await removeDocuments(workspace, [cars.id], effects);
    await world.deliver(await world.waiting(), 1, effects);
    expect(await world.ask(workspace, 'automobile', effects)).not.toContain('cars');
    await world.embed(effects);
    expect(await world.statsOf(workspace, effects)).toEqual({ chunks: 1, embedded: 1, whole: true });
  });

  it('is asked for again by whoever repeats a commit that died before it was noted', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await submitDocuments(workspace, [cars], effects);
    const messages = await world.waiting();
    const dying = { ...effects, embedQueue: { send: () => Promise.reject(new Error('the process died')) } };
    await expect(world.deliver(messages, 1, dying)).rejects.toThrow('the process died');
    expect(await world.ask(workspace, 'car', effects)).toEqual(['cars']);
    await world.deliver(messages, 2, effects);
    expect(await world.embed(effects)).toBeGreaterThan(0);
    expect((await world.ask(workspace, 'automobile', effects))[0]).toBe('cars');
  });

  it('drops a message that is none', async () => {
    await receiveEmbed({ workspace: 7 }, world.using(small));
    expect(world.logged).toEqual(['embedding.message_dropped']);
  });

  it('works for one at a time: who comes second looks again later', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, cars);
    world.queued.length = 0;
    const message = { workspace, failures: 0 };
    await Promise.all([receiveEmbed(message, effects), receiveEmbed(message, effects)]);
    expect(world.queued).toEqual([{ message, delaySeconds: 15 }]);
    expect(world.embedded()).toHaveLength(1);
    await world.embed(effects);
    expect(world.embedded()).toHaveLength(1);
  });
});

describe('an embedder that fails', () => {
  it('is waited for, longer each time and as long as it asks, while words answer', async () => {
    const workspace = world.newWorkspace();
    const failures: number[] = [];
    const metrics = {
      add: (name: string, value: number) => void (name === 'EmbeddingFailed' && failures.push(value)),
    };
    const effects = world.using(small, { metrics });
    await world.learn(workspace, effects, cars);
    world.fake.always(() => ({ do: 'refuse', status: 503 }));
    const delays: (number | undefined)[] = [];
    for (let tries = 0; tries < 9; tries += 1) {
      const [next] = world.queued.splice(0);
      delays.push(next?.delaySeconds);
      if (next) await receiveEmbed(next.message, effects);
    }
    expect(delays).toEqual([3, 10, 20, 40, 80, 160, 320, 640, 900]);
    // More than eight in a row ring: that is half an hour later.
    expect(failures).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await world.ask(workspace, 'car', effects)).toEqual(['cars']);
    world.fake.always(() => ({ do: 'refuse', status: 429, headers: { 'retry-after': '300' } }));
    await receiveEmbed({ workspace, failures: 0 }, effects);
    expect(world.queued.at(-1)?.delaySeconds).toBe(300);
    world.fake.always(() => undefined);
    await world.embed(world.using(small));
    expect((await world.ask(workspace, 'automobile', world.using(small)))[0]).toBe('cars');
  });

  it('is reported when it will not mend by itself, and still tried', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, cars);
    world.fake.always(() => ({ do: 'refuse', status: 429, code: 'insufficient_quota' }));
    const [next] = world.queued.splice(0);
    await receiveEmbed(next?.message, effects);
    expect(world.logged).toEqual(['embedding.failed']);
    expect(world.queued).toMatchObject([{ message: { workspace, failures: 1 } }]);
  });

  it('answers a question by words alone, and is not asked by the next ones for a while', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, cars, holidays);
    await world.embed(effects);
    world.fake.reset();
    world.fake.always(() => ({ do: 'refuse', status: 400 }));
    for (const question of ['car wash', 'holiday spring'])
      expect(await world.ask(workspace, question, effects)).toHaveLength(1);
    expect(world.fake.requests).toHaveLength(1);
    expect(world.logged).toEqual(['retrieval.words_alone']);
    world.fake.always(() => undefined);
    await effects.clock.sleep(31_000);
    expect((await world.ask(workspace, 'automobile', effects))[0]).toBe('cars');
  });

  it('is told to health with its first failure, until it serves a question again', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, cars);
    await world.embed(effects);
    const began = effects.clock.now();
    for (const failure of [{ status: 401 }, { status: 503 }, { status: 400 }]) {
      world.fake.always(() => ({ do: 'refuse', ...failure }));
      await world.ask(workspace, `car ${failure.status}`, effects);
      const since = embedderFailingSince(effects.embedders) ?? 0;
      expect(since - began).toBeLessThan(30_000);
      expect(since).toBeGreaterThanOrEqual(began);
      await effects.clock.sleep(31_000);
    }
    world.fake.always(() => undefined);
    await world.ask(workspace, 'automobile', effects);
    expect(embedderFailingSince(effects.embedders)).toBeUndefined();
  });

  it('that takes all texts but one keeps that one from its vector, and no other', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    const pages = Array.from({ length: 9 }, (_, at) => page(`p${at}`, `Place ${at} has a car.`));
    await world.learn(workspace, effects, ...pages, page('odd', 'The forbidden automobile.'));
    world.fake.always(texts =>
      texts.some(text => text.includes('forbidden')) ? { do: 'refuse', status: 400 } : undefined,
    );
    await world.embed(effects);
    expect(world.logged).toEqual(['embedding.texts_refused']);
    expect(await world.statsOf(workspace, effects)).toEqual({ chunks: 10, embedded: 10, whole: true });
    expect(await world.ask(workspace, 'forbidden', effects)).toContain('odd');
    world.fake.reset();
    await receiveEmbed({ workspace, failures: 0 }, effects);
    expect(world.embedded()).toEqual([]);
  });

  it('that refuses every text is not blamed on the texts', async () => {
    const [workspace, effects] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, effects, cars, holidays);
    world.fake.always(() => ({ do: 'refuse', status: 422 }));
    const [next] = world.queued.splice(0);
    await receiveEmbed(next?.message, effects);
    expect(world.logged).toEqual(['embedding.failed']);
    expect(await world.statsOf(workspace, effects)).toMatchObject({ embedded: 0 });
  });
});
