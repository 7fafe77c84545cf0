import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenAiFake, startOpenAiFake } from '../support/openai-fake.ts';
import { startWorld, type World } from '../support/world.ts';
import { askIn, demoThread, followToDone } from './following-client.ts';
import { tokens, types } from './frames.ts';

let model: OpenAiFake;
let world: World;
beforeAll(async () => {
  model = await startOpenAiFake();
  world = await startWorld({ openAiBaseUrl: model.url, openAiKey: model.apiKey, skipSampleSite: true });
}, 180_000);
afterAll(async () => {
  await world?.stop();
  await model?.stop();
});

const words = Array.from({ length: 60 }, (_, i) => `${i === 0 ? '' : ' '}word${i}`);
const text = words.join('');
/** An answer that takes six seconds. */
const slowly = { steps: [{ do: 'text' as const, deltas: words, apartMs: 100 }] };

const wholeAnswerAfterReset = (frames: Awaited<ReturnType<typeof followToDone>>['frames']) => {
  const resets = frames.flatMap(({ event, data }, i) => (event === 'state' && data.reset ? [i] : []));
  expect(resets).toHaveLength(1);
  expect(frames[resets[0] ?? 0]?.data).toEqual({ status: 'running', attempt: 2, reset: true });
  expect(frames.map(({ id }) => id)).toEqual([...frames.slice(1).map((_, i) => String(i + 1)), undefined]);
  expect(types(frames).filter(type => type === 'final' || type === 'error' || type === 'done')).toEqual([
    'final',
    'done',
  ]);
  expect(tokens(frames)).toBe(text);
  expect(frames.find(({ event }) => event === 'final')?.data.text).toBe(text);
};

describe('a process that is killed in the middle of a run', () => {
  test('a client that comes back is told a reset and then exactly one whole answer', {
    timeout: 90_000,
  }, async () => {
    model.always(() => slowly);
    const thread = await demoThread(world.url);
    const run = await askIn(world.url, thread, 'What happens?');
    let killed: Promise<void> | undefined;
    const { frames, connections } = await followToDone(world.url, run, got => {
      if (types(got).filter(type => type === 'token').length > 10) killed ??= world.kill('ChatApi');
    });
    await killed;
    expect(connections).toBeGreaterThan(1);
    wholeAnswerAfterReset(frames);
    const { messages } = (await (await fetch(`${world.url}/api/threads/${thread}`)).json()) as {
      messages: { content: string }[];
    };
    expect(messages.map(({ content }) => content)).toEqual(['What happens?', text]);
    expect(model.requests).toHaveLength(2);
  });

  test('the worker alone brings the run to its end', { timeout: 120_000 }, async () => {
    model.reset();
    model.always(() => slowly);
    const run = await askIn(world.url, await demoThread(world.url), 'And without a client?');
    await expect.poll(() => model.requests.length, { timeout: 20_000 }).toBe(1);
    await new Promise(resolve => setTimeout(resolve, 1_500));
    await world.kill('ChatRunWorker');
    await expect
      .poll(
        async () =>
          ((await (await fetch(`${world.url}/api/runs/${run}`)).json()) as { status: string }).status,
        { timeout: 60_000, interval: 500 },
      )
      .toBe('done');
    wholeAnswerAfterReset((await followToDone(world.url, run)).frames);
    expect(model.complaints).toEqual([]);
  });
});
