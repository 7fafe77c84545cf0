import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddingsFake, startEmbeddingsFake } from '../support/embeddings-fake.ts';
import { startWorld, type World } from '../support/world.ts';

let fake: EmbeddingsFake;
let world: World;
beforeAll(async () => {
  fake = await startEmbeddingsFake({ synonyms: { scooter: 'tool', gadget: 'tool' } });
  world = await startWorld({
    embedder: { model: 'text-embedding-3-small', baseUrl: fake.url, apiKey: fake.apiKey },
  });
}, 120_000);
afterAll(async () => {
  await world.stop();
  await fake.stop();
});

const health = async () =>
  (await (await fetch(`${world.url}/api/health`)).json()) as { embedder: string; parts: object };

it('gives the sample site its vectors by itself, though the function that makes them dies', async () => {
  await world.kill('KnowledgeIndexEmbedder');
  await expect
    .poll(async () => (await health()).embedder, { timeout: 90_000, interval: 500 })
    .toBe('openai-compatible:text-embedding-3-small');
  expect(await health()).toMatchObject({ parts: { embedder: 'ok', index: 'ok' } });
  expect(fake.complaints).toEqual([]);
  const texts = fake.requests.flatMap(({ texts }) => texts);
  expect(texts.length).toBeGreaterThan(10);
  expect(new Set(texts).size).toBe(texts.length);
}, 120_000);
