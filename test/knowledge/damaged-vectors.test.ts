import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexHealth } from '../../functions/knowledge/health.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { tableDamages } from './damage-files.ts';
import { cars, holidays, small, world } from './embedding-subject.ts';
import { dyingOnce } from './knowledge-world.ts';

/** As another process would find the index, which has nothing of it in memory. */
const afresh = () =>
  world.using(small, { index: createLanceIndex(world.directory, systemClock, { freshnessSeconds: 0 }) });

/** A workspace with all its vectors, and the directory of their table. */
async function learned(): Promise<{ workspace: WorkspaceId; vectors: string }> {
  const [workspace, effects] = [world.newWorkspace(), world.using(small)];
  await world.learn(workspace, effects, cars, holidays);
  await world.embed(effects);
  const { space = '' } = (await effects.embedders.choose()) ?? {};
  world.fake.reset();
  return { workspace, vectors: join(world.directory, workspace, `vectors_${space}.lance`) };
}

describe.each(tableDamages)('when of the vectors alone %s', (_, condition, damage) => {
  it('words answer, and the vectors are made again from the text of the chunks', async () => {
    const { workspace, vectors } = await learned();
    damage(vectors);
    const effects = afresh();
    expect(await effects.index.check(workspace)).toBe('whole');
    expect(await world.ask(workspace, 'car', effects)).toEqual(['cars']);
    expect(await world.ask(workspace, 'automobile', effects)).toEqual([]);
    expect(world.queued.map(({ message }) => message)).toEqual([
      { workspace, failures: 0, ...(condition === 'damaged' ? { suspect: true } : {}) },
    ]);
    await world.embed(afresh());
    expect(world.embedded()).toHaveLength(2);
    expect(await world.statsOf(workspace, afresh())).toEqual({ chunks: 2, embedded: 2, whole: true });
    expect((await world.ask(workspace, 'automobile', afresh()))[0]).toBe('cars');
    expect(world.logged.includes('vectors.lost')).toBe(condition === 'damaged');
  });

  it('the health says so, and has them made again', async () => {
    const { workspace, vectors } = await learned();
    damage(vectors);
    const told = await indexHealth(afresh(), workspace);
    expect(told.rebuilding).toBe(condition === 'damaged');
    expect(told.embedder).toMatch(
      condition === 'damaged' ? /its vectors are damaged; lexical ranking until/ : /0 % embedded; lexical/,
    );
    if (condition === 'damaged') {
      await world.embed(afresh());
      expect(await indexHealth(afresh(), workspace)).toMatchObject({
        embedder: `openai-compatible:${small}`,
        rebuilding: false,
      });
    }
  });
});

describe('vectors', () => {
  it('that the embedder itself finds damaged are made again, though nobody has reported them', async () => {
    const { workspace, vectors } = await learned();
    const [, , cutOff] = tableDamages.find(([name]) => name === 'its data is cut off') ?? [];
    cutOff?.(vectors);
    await world.learn(workspace, afresh(), { ...cars, title: 'Fleet' });
    await world.embed(afresh());
    expect(await world.statsOf(workspace, afresh())).toEqual({ chunks: 2, embedded: 2, whole: true });
    expect((await world.ask(workspace, 'vacation', afresh()))[0]).toBe('holidays');
  });

  it('that are suspected without reason stay as they are', async () => {
    const { workspace } = await learned();
    await afresh().embedQueue.send({ workspace, failures: 0, suspect: true });
    await world.embed(afresh());
    expect(world.embedded()).toEqual([]);
    expect(world.logged).toEqual([]);
    expect((await world.ask(workspace, 'automobile', afresh()))[0]).toBe('cars');
  });

  it('that can not be reached for a moment are no damaged ones', async () => {
    const { workspace } = await learned();
    const { index, ...rest } = afresh();
    let looks = 0;
    const check: typeof index.vectors.check = async (...table) =>
      (looks += 1) === 1 ? 'damaged' : index.vectors.check(...table);
    await rest.embedQueue.send({ workspace, failures: 0, suspect: true });
    await world.embed({ ...rest, index: { ...index, vectors: { ...index.vectors, check } } });
    expect([looks, world.embedded()]).toEqual([2, []]);
  });

  it('are reported by a process once in half a minute, however many ask', async () => {
    const { workspace, vectors } = await learned();
    const [, , deleted] = tableDamages.find(([name]) => name === 'its data is deleted') ?? [];
    deleted?.(vectors);
    const effects = afresh();
    for (let n = 0; n < 3; n += 1) await indexHealth(effects, workspace);
    expect(world.queued).toHaveLength(1);
  });

  it('are looked at for the health once in half a minute, however many ask', async () => {
    const { workspace } = await learned();
    const { index, ...rest } = afresh();
    let looks = 0;
    const check: typeof index.vectors.check = (...table) => {
      looks += 1;
      return index.vectors.check(...table);
    };
    const effects = { ...rest, index: { ...index, vectors: { ...index.vectors, check } } };
    await Promise.all([indexHealth(effects, workspace), indexHealth(effects, workspace)]);
    await indexHealth(effects, workspace);
    expect(looks).toBe(1);
  });

  it('are reported again when the queue did not take the report', async () => {
    const { workspace, vectors } = await learned();
    const [, , deleted] = tableDamages.find(([name]) => name === 'its data is deleted') ?? [];
    deleted?.(vectors);
    const effects = afresh();
    const embedQueue = dyingOnce(effects.embedQueue, 'send');
    for (let n = 0; n < 2; n += 1)
      expect(await indexHealth({ ...effects, embedQueue }, workspace)).toMatchObject({ rebuilding: true });
    expect(world.queued.map(({ message }) => message)).toEqual([{ workspace, failures: 0, suspect: true }]);
  });

  it('that are missing are requested again when the queue did not take the request', async () => {
    const { workspace, vectors } = await learned();
    rmSync(vectors, { recursive: true });
    const effects = afresh();
    const failing = { ...effects, embedQueue: dyingOnce(effects.embedQueue, 'send') };
    for (let n = 0; n < 3; n += 1) expect(await world.ask(workspace, 'car', failing)).toEqual(['cars']);
    expect(world.queued.map(({ message }) => message)).toEqual([{ workspace, failures: 0 }]);
    await world.embed(afresh());
  });
});

it('damaged chunks that the embedder is the first to find are reported to the index writer, which begins them anew', async () => {
  const { workspace } = await learned();
  const [, , cutOff] = tableDamages.find(([name]) => name === 'its data is cut off') ?? [];
  cutOff?.(join(world.directory, workspace, 'lexical.lance'));
  await afresh().embedQueue.send({ workspace, failures: 0 });
  await expect(world.embed(afresh())).rejects.toThrow('the search index is damaged');
  const reported = await world.waiting();
  expect(reported).toEqual([{ kind: 'check', workspace }]);
  await world.deliver(reported, 1, afresh());
  // As the queue delivers it again.
  await afresh().embedQueue.send({ workspace, failures: 0, suspect: true });
  await world.embed(afresh());
  await world.learn(workspace, afresh(), cars, holidays);
  await world.embed(afresh());
  expect(await world.statsOf(workspace, afresh())).toEqual({ chunks: 2, embedded: 2, whole: true });
});
