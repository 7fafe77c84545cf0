import { describe, expect, it } from 'vitest';
import { receiveEmbed } from '../../functions/knowledge/embedding/embed-index.ts';
import { indexHealth } from '../../functions/knowledge/health.ts';
import { embedderFailingSince } from '../../functions/knowledge/retrieval/nearest.ts';
import { removeDocuments } from '../../functions/knowledge/documents/submit.ts';
import { startEmbeddingsFake } from '../support/embeddings-fake.ts';
import { cars, holidays, small, world } from './embedding-subject.ts';
import { dyingVectors } from './embedding-world.ts';
import { page, sales } from './knowledge-world.ts';

const large = 'text-embedding-3-large';

describe('another embedder', () => {
  it('takes over when it has every vector; until then the one before it answers, from its own vectors', async () => {
    const [workspace, before] = [world.newWorkspace(), world.using(small)];
    await world.learn(workspace, before, cars, holidays);
    await world.embed(before);
    expect(await indexHealth(before, workspace)).toMatchObject({ embedder: `openai-compatible:${small}` });
    const after = world.using(large);
    expect(await indexHealth(after, workspace)).toMatchObject({
      embedder: `openai-compatible:${large} (0 % embedded; ${small} ranks until then)`,
    });
    world.fake.reset();
    expect((await world.ask(workspace, 'automobile', after))[0]).toBe('cars');
    expect((await world.ask(workspace, 'vacation', after))[0]).toBe('holidays');
    expect(await world.ask(workspace, 'automobile', after, sales)).toEqual([]);
    expect(new Set(world.fake.requests.map(({ model }) => model))).toEqual(new Set([small]));
    // The first question has asked for the vectors, the second has not asked again.
    expect(world.queued).toHaveLength(1);
    await world.embed(after);
    world.fake.reset();
    expect((await world.ask(workspace, 'automobile', after))[0]).toBe('cars');
    expect(world.fake.requests.map(({ model }) => model)).toEqual([large]);
    expect(await world.statsOf(workspace, before)).toMatchObject({ embedded: 0, whole: false });
  });

  it('shows nothing by the vectors of before that is gone, has changed or is of another mode', async () => {
    const [workspace, before, after] = [world.newWorkspace(), world.using(small), world.using(large)];
    await world.learn(workspace, before, cars, holidays);
    await world.embed(before);
    await world.learn(workspace, after, page('cars', 'Every bicycle is washed on Monday.'));
    await removeDocuments(workspace, [holidays.id], after);
    await world.deliver(await world.waiting(), 1, after);
    expect(await world.ask(workspace, 'automobile', after)).toEqual([]);
    expect(await world.ask(workspace, 'vacation', after)).toEqual([]);
    expect(await world.ask(workspace, 'bicycle', after)).toEqual(['cars']);
  });

  it('leaves the vectors of before in place until every reader has seen its own', async () => {
    const [workspace, first, other] = [world.newWorkspace(), world.using(small), world.using(large)];
    await world.learn(workspace, first, cars, holidays);
    await world.embed(first);
    await receiveEmbed({ workspace, failures: 0 }, other);
    expect(await world.statsOf(workspace, other)).toMatchObject({ whole: true });
    expect(await world.statsOf(workspace, first)).toMatchObject({ embedded: 2 });
    expect(world.queued).toEqual([{ message: { workspace, failures: 0 }, delaySeconds: 15 }]);
    await world.embed(other);
    expect(await world.statsOf(workspace, first)).toMatchObject({ embedded: 0 });
  });

  const methods = [
    'compare',
    'readWork',
    'readKnown',
    'write',
    'isWhole',
    'completeTable',
    'optimize',
    'dropTable',
  ] as const;
  it.each(methods.flatMap(method => [[method, 'before'] as const, [method, 'after'] as const]))(
    'takes over although its function dies at %s (%s it), and meaning finds at every moment',
    async (method, when) => {
      const [workspace, first, other] = [world.newWorkspace(), world.using(small), world.using(large)];
      await world.learn(workspace, first, cars, holidays);
      await world.embed(first);
      const found = async () => (await world.ask(workspace, 'automobile', world.using(large)))[0];
      const dying = { ...other, ...dyingVectors(other, method, when) };
      const message = { workspace, failures: 0 };
      let deaths = 0;
      for (
        const queue = [message];
        queue.length > 0;
        queue.push(...world.queued.splice(0, 1).map(next => next.message))
      ) {
        const [next] = queue.splice(0);
        expect(await found()).toBe('cars');
        await receiveEmbed(next, dying).catch((error: Error) => {
          expect(error.message).toMatch('died');
          deaths += 1;
          // Delivered again, as what was not finished is.
          queue.push(message);
        });
        expect(await found()).toBe('cars');
      }
      expect(deaths).toBe(1);
      expect(await world.statsOf(workspace, other)).toEqual({ chunks: 2, embedded: 2, whole: true });
      expect(await world.statsOf(workspace, first)).toMatchObject({ embedded: 0 });
    },
  );

  it('is answered for by words alone where the one before it is gone, which no question waits for twice', async () => {
    const gone = await startEmbeddingsFake({ synonyms: { automobile: 'car' } });
    try {
      const workspace = world.newWorkspace();
      // Its key is the same text, and still it is not sent there: it belongs to the present address.
      const before = world.using(small, {}, gone.url);
      await world.learn(workspace, before, cars, holidays);
      await world.embed(before);
      expect((await world.ask(workspace, 'automobile', before))[0]).toBe('cars');
      const asked = gone.requests.length;
      const after = world.using(large);
      for (const question of ['car wash', 'holiday spring'])
        expect(await world.ask(workspace, question, after)).toHaveLength(1);
      expect(await world.ask(workspace, 'automobile', after)).toEqual([]);
      expect(gone.requests).toHaveLength(asked);
      expect(world.logged).toEqual(['retrieval.words_alone']);
      expect(embedderFailingSince(after.embedders)).toBeUndefined();
      // Who has its vectors is not kept waiting by those who have not.
      const other = world.newWorkspace();
      await world.learn(other, after, cars);
      await world.embed(after);
      expect((await world.ask(other, 'automobile', after))[0]).toBe('cars');
      expect((await world.ask(workspace, 'automobile', after))[0]).toBe('cars');
    } finally {
      await gone.stop();
    }
  });

  it('goes on where it was cut short', async () => {
    const [workspace, first, other] = [world.newWorkspace(), world.using(small), world.using(large)];
    const lines = Array.from({ length: 600 }, (_, at) => page(`n${at}`, `Number ${at} is a car.`));
    await world.learn(workspace, first, ...lines);
    const dying = { ...other, ...dyingVectors(other, 'write', 'after', 2) };
    await expect(receiveEmbed({ workspace, failures: 0 }, dying)).rejects.toThrow('died');
    expect(await world.statsOf(workspace, other)).toEqual({ chunks: 600, embedded: 512, whole: false });
    expect((await indexHealth(other, workspace)).embedder).toContain('(85 % embedded; lexical');
    world.fake.reset();
    await receiveEmbed({ workspace, failures: 0 }, other);
    expect(world.embedded()).toHaveLength(88);
    expect(await world.statsOf(workspace, other)).toEqual({ chunks: 600, embedded: 600, whole: true });
  }, 60_000);
});
