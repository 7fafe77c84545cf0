import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../functions/platform/clock.ts';
import { EmbedderError, rememberingEmbedder } from '../../functions/platform/models/embedder.ts';
import {
  type OpenAiEmbedderSettings,
  openAiEmbedder,
} from '../../functions/platform/models/openai-embedder.ts';
import { type EmbeddingsFake, startEmbeddingsFake } from '../support/embeddings-fake.ts';
import { quickClock } from '../support/quick-clock.ts';

let fake: EmbeddingsFake;
beforeAll(async () => {
  fake = await startEmbeddingsFake();
}, 60_000);
afterEach(() => {
  expect(fake.complaints).toEqual([]);
  fake.reset();
});
afterAll(() => fake.stop());

const embedder = (changes: Partial<OpenAiEmbedderSettings> = {}, clock: Clock = quickClock()) =>
  openAiEmbedder(
    { apiKey: fake.apiKey, model: 'text-embedding-3-small', baseUrl: fake.url, ...changes },
    clock,
  );
const within = { withinMs: 60_000 };
const failure = async (promise: Promise<unknown>): Promise<EmbedderError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof EmbedderError) return error;
  throw new Error(`no EmbedderError but ${String(error)}`);
};

describe('embedding texts', () => {
  it('gives a vector of length 1 for each text, in their order', async () => {
    const one = embedder();
    const vectors = await one.embed(['a red car', 'the sea', 'a red car'], within);
    expect(vectors).toHaveLength(3);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(vectors[0]).not.toEqual(vectors[1]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(await one.embed([], within)).toEqual([]);
  });

  it('puts vectors in order whatever the order of the reply', async () => {
    const straight = await embedder().embed(['one', 'two', 'three'], within);
    fake.next({ do: 'change', reply: reply => ({ ...reply, data: reply.data.toReversed() }) });
    expect(await embedder().embed(['one', 'two', 'three'], within)).toEqual(straight);
  });

  it('keeps to the limits of the service, whatever the texts are', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map(text => `x${text}`);
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 300 }), fc.nat(4000), async (texts, times) => {
        const all = [...texts, '語'.repeat(times + 1), 'word '.repeat(times + 1)];
        expect(await embedder().embed(all, within)).toHaveLength(all.length);
        expect(fake.complaints).toEqual([]);
      }),
      { numRuns: 15 },
    );
    const many = Array.from({ length: 400 }, (_, index) => `${index} ${'x'.repeat(5000)}`);
    expect(await embedder().embed(many, within)).toHaveLength(400);
  });

  it('names the space of its vectors by address and model', async () => {
    expect(embedder().name).toBe('openai-compatible:text-embedding-3-small');
    expect(embedder({ baseUrl: '' }).name).toBe('openai:text-embedding-3-small');
    const spaces = [{}, { model: 'text-embedding-3-large' }, { baseUrl: '' }].map(
      changes => embedder(changes).space,
    );
    expect(new Set(spaces).size).toBe(3);
    for (const space of spaces) expect(space).toMatch(/^[a-z0-9]+$/);
    expect(embedder({ apiKey: 'another' }).space).toBe(embedder().space);
  });
});

describe('a service that fails', () => {
  it.each([429, 500, 503, 408])('is asked again after a %i', async status => {
    fake.next({ do: 'refuse', status }, { do: 'break' });
    const clock = quickClock();
    expect(await embedder({}, clock).embed(['a'], within)).toHaveLength(1);
    expect(fake.requests).toHaveLength(3);
    expect(clock.slept).toHaveLength(2);
    expect(clock.slept[1]).toBeGreaterThan(clock.slept[0] ?? 0);
  });

  it('is left alone for as long as it says, by every request', async () => {
    fake.next({ do: 'refuse', status: 429, headers: { 'retry-after': '90' } });
    const clock = quickClock();
    const one = embedder({}, clock);
    const error = await failure(one.embed(['a'], { withinMs: 21_000 }));
    expect(error).toMatchObject({ kind: 'busy', retryAfterMs: 90_000 });
    expect(await failure(one.embed(['b'], { withinMs: 22_000 }))).toMatchObject({ kind: 'busy' });
    expect(fake.requests).toHaveLength(1);
    expect(await one.embed(['b'], { withinMs: 120_000 })).toHaveLength(1);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(89_000);
  });

  it('is given up after five attempts', async () => {
    fake.always(() => ({ do: 'refuse', status: 503 }));
    expect(await failure(embedder().embed(['a'], within))).toMatchObject({ kind: 'unreachable' });
    expect(fake.requests).toHaveLength(5);
  });

  it('does not hold anybody longer than they have', async () => {
    fake.always(() => ({ do: 'silence' }));
    const started = Date.now();
    const error = await failure(embedder({}, systemClock).embed(['a'], { withinMs: 150 }));
    expect(error.kind).toBe('timeout');
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('is left as soon as the caller leaves', async () => {
    fake.always(() => ({ do: 'silence' }));
    const leaving = new AbortController();
    const asked = embedder({}, systemClock).embed(['a'], { ...within, signal: leaving.signal });
    await expect.poll(() => fake.requests).toHaveLength(1);
    leaving.abort(new Error('left'));
    await expect(asked).rejects.toThrow('left');
  });

  it.each([
    ['key', { apiKey: 'wrong' }, undefined, 'setup'],
    ['model', { model: 'no-such' }, undefined, 'setup'],
    ['credit', {}, { do: 'refuse', status: 429, code: 'insufficient_quota' }, 'setup'],
    ['text', {}, { do: 'refuse', status: 400 }, 'text'],
  ] as const)('is not asked twice about its %s', async (_, changes, mishap, kind) => {
    if (mishap) fake.next(mishap);
    const error = await failure(embedder(changes).embed(['a'], within));
    expect(error.kind).toBe(kind);
    expect(error.message).not.toMatch(/wrong|test-key|127\.0\.0\.1|says no/);
    expect(fake.requests.length).toBeLessThanOrEqual(1);
  });

  it('is not asked for an empty text', async () => {
    expect(await failure(embedder().embed(['a', ' \n'], within))).toMatchObject({ kind: 'text' });
    expect(fake.requests).toEqual([]);
  });

  it.each<[string, (reply: { data: { index: number; embedding: number[] }[] }) => unknown]>([
    ['too few vectors', reply => ({ ...reply, data: reply.data.slice(1) })],
    ['a vector twice', reply => ({ ...reply, data: reply.data.map(one => ({ ...one, index: 0 })) })],
    ['no vectors', () => ({ error: 'none' })],
    ['texts for numbers', reply => ({ data: reply.data.map(one => ({ ...one, embedding: ['a'] })) })],
    ['vectors of nothing', reply => ({ data: reply.data.map(one => ({ ...one, embedding: [0, 0] })) })],
    [
      'different dimensions',
      reply => ({ data: reply.data.map(one => ({ ...one, embedding: one.embedding.slice(one.index) })) }),
    ],
  ])('is not believed when it sends %s', async (_, reply) => {
    fake.next({ do: 'change', reply });
    expect(await failure(embedder().embed(['a', 'b'], within))).toMatchObject({ kind: 'garbled' });
  });

  it('is not believed when its dimensions change', async () => {
    const one = embedder();
    await one.embed(['a'], within);
    fake.next({
      do: 'change',
      reply: reply => ({ ...reply, data: reply.data.map(each => ({ ...each, embedding: [1, 2] })) }),
    });
    expect((await failure(one.embed(['b'], within))).message).toContain('2 dimensions after 96');
  });

  it('is not believed when it speaks no JSON', async () => {
    fake.next({ do: 'say', body: '<html>' });
    expect(await failure(embedder().embed(['a'], within))).toMatchObject({ kind: 'garbled' });
  });
});

describe('a remembering embedder', () => {
  it('asks for each text once, and forgets the one that was used longest ago', async () => {
    const one = rememberingEmbedder(embedder(), 2);
    const [first] = await one.embed(['a', 'a', 'b'], within);
    expect(fake.requests.map(({ texts }) => texts)).toEqual([['a', 'b']]);
    expect(await one.embed(['a'], within)).toEqual([first]);
    expect(await one.embed(['c', 'a'], within)).toHaveLength(2);
    await one.embed(['a'], within);
    await one.embed(['b'], within);
    expect(fake.requests.map(({ texts }) => texts)).toEqual([['a', 'b'], ['c'], ['b']]);
  });
});
