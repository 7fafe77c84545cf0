import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenAiFake, startOpenAiFake } from '../support/openai-fake.ts';
import { startWorld, type World } from '../support/world.ts';
import { askIn, demoThread, followToDone, postJson } from './following-client.ts';
import { readFrames, tokens, types } from './frames.ts';

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
/** An answer that takes three seconds: long enough to be killed in. */
const slowly = { steps: [{ do: 'text' as const, deltas: words, apartMs: 50 }] };

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

describe('the documented session, on the open demo workspace', () => {
  test('asks, follows, resumes and cancels over real HTTP', async () => {
    model.always(() => ({ steps: [{ do: 'text', deltas: ['From', ' nine', ' to', ' five.'] }] }));
    const name = `smoke-user ${crypto.randomUUID()}`;
    const user = await postJson(`${world.url}/api/users`, { name });
    expect(user).toEqual({ user_id: expect.any(Number), name });
    const { thread_id: thread } = await postJson(`${world.url}/api/threads`, { user_id: user['user_id'] });
    const { run_id: run } = await postJson(`${world.url}/api/threads/${thread}/messages`, {
      content: 'hello',
    });
    const response = await fetch(`${world.url}/api/runs/${run}/events`);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('connection')).toBe('keep-alive');
    const { frames } = await readFrames(response);
    expect(tokens(frames)).toBe('From nine to five.');
    const resumed = await fetch(`${world.url}/api/runs/${run}/events`, { headers: { 'Last-Event-ID': '2' } });
    expect((await readFrames(resumed)).frames).toEqual(frames.slice(2));
    expect(await postJson(`${world.url}/api/runs/${run}/cancel`, {})).toEqual({ ok: true, status: 'done' });
    expect(await (await fetch(`${world.url}/api/health`)).json()).toMatchObject({ status: 'ok' });
    expect(await (await fetch(`${world.url}/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' });
  });

  test('HEAD of a stream begins nothing, through the gateway too', async () => {
    const run = await askIn(world.url, await demoThread(world.url), 'Only looking');
    const head = await fetch(`${world.url}/api/runs/${run}/events`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    const status = async () =>
      ((await (await fetch(`${world.url}/api/runs/${run}`)).json()) as { status: string }).status;
    expect(await status()).toBe('queued');
    await postJson(`${world.url}/api/runs/${run}/cancel`, {});
    expect(await status()).toBe('canceled');
  });

  test('a cancel ends a stalled run at once and aborts the request to the provider', async () => {
    model.reset();
    model.always(() => ({ steps: [{ do: 'text', deltas: ['Hm'] }, { do: 'stall' }] }));
    const run = await askIn(world.url, await demoThread(world.url), 'Think!');
    let canceled: Promise<unknown> | undefined;
    const { frames } = await followToDone(world.url, run, got => {
      if (types(got).includes('token')) canceled ??= postJson(`${world.url}/api/runs/${run}/cancel`, {});
    });
    expect(await canceled).toEqual({ ok: true, status: 'canceled' });
    expect(types(frames).slice(-3)).toEqual(['canceled', 'state', 'done']);
    expect(await model.requests[0]?.outcome).toBe('aborted');
    model.reset();
  });
});

describe('files of a form, through the gateway', () => {
  const upload = async (file: File) => {
    const form = new FormData();
    form.append('files', file);
    const response = await fetch(`${world.url}/upload-files`, { method: 'POST', body: form });
    return { status: response.status, body: (await response.json()) as { file_ids: string[] } };
  };

  test('are answered from; what is no text is refused', async () => {
    const changed = await fetch(`${world.url}/admin/modes/default`, {
      method: 'PUT',
      headers: { 'X-API-Key': world.adminKey, 'Content-Type': 'application/json' },
      body: JSON.stringify({ allow_file_upload: true }),
    });
    expect(changed.status).toBe(200);
    model.reset();
    model.always(() => ({ steps: [{ do: 'text', deltas: ['Berth', ' 12. [1]'] }] }));
    const { status, body } = await upload(new File(['Die Liegeplätze: Berth 12 is free.'], 'berths.txt'));
    expect(status).toBe(200);
    const form = new FormData();
    form.set('message', 'Which berth is free?');
    for (const id of body.file_ids) form.append('uploaded_files', id);
    const answer = await fetch(`${world.url}/ask`, { method: 'POST', body: form });
    expect(await answer.text()).toContain('berths.txt');
    expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain('Die Liegeplätze: Berth 12');
    const bytes = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0xe2, 0xe3, 0xcf, 0xd3]);
    expect(await upload(new File([bytes], 'plan.pdf'))).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('plan.pdf is not a text file') } },
    });
  });
});

describe('a process that is killed in the middle of a run', () => {
  test('a client that comes back is told a reset and then exactly one whole answer', {
    timeout: 90_000,
  }, async () => {
    model.reset();
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
    await new Promise(resolve => setTimeout(resolve, 750));
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
