import { join } from 'node:path';
import { demoThread, postJson } from '../chat/following-client.ts';
import { readFrames } from '../chat/frames.ts';
import { startBenchWorld, startModel, startServer } from './chat-processes.ts';
import { percentile, type Row } from './row.ts';

const chunks = 10_000;
const tokens = 500;
const warmUps = 15;
const samples = 100;
const bars = { p50: 45, p95: 75 };
const endBarMs = 250;

interface Sample {
  readonly firstToken: number;
  /** From the model's own end to the end of the stream. */
  readonly after: number;
}

/**
 * From the POST of a message to the first `token`, and from the model's own end to the end of the stream, one client,
 * warm.
 */
export async function run(): Promise<Row[]> {
  const model = await startModel(tokens, 0);
  const world = await startBenchWorld(model.url, chunks);
  const relay = (...args: string[]) =>
    startServer(join(import.meta.dirname, 'relay-server.ts'), ['--model', model.url, ...args]);
  const [bare, polling] = [await relay(), await relay('--poll', '350')];
  try {
    const offset = await clockOffset(model.url);
    const ours = await measure(
      model.url,
      offset,
      async () => `${world.url}/api/threads/${await demoThread(world.url)}/messages`,
    );
    const peer = await measure(model.url, offset, async () => `${bare.url}/messages`);
    const polled = await measure(model.url, offset, async () => `${polling.url}/messages`);
    const first = (of: readonly Sample[], p: number) =>
      percentile(
        of.map(({ firstToken }) => firstToken),
        p,
      );
    const after = (of: readonly Sample[], p: number) =>
      percentile(
        of.map(({ after }) => after),
        p,
      );
    const [p50, p95] = [first(ours, 0.5), first(ours, 0.95)];
    const end = after(ours, 0.95);
    const said = `${chunks} chunks`;
    return [
      {
        name: `POST to first token, ${said}, p50`,
        figure: p50,
        unit: 'ms',
        bar: `<= ${bars.p50} ms`,
        ok: p50 <= bars.p50,
      },
      {
        name: `POST to first token, ${said}, p95`,
        figure: p95,
        unit: 'ms',
        bar: `<= ${bars.p95} ms`,
        ok: p95 <= bars.p95,
      },
      {
        name: 'the same, bare relay without storage or retrieval, p50',
        figure: first(peer, 0.5),
        unit: 'ms',
      },
      {
        name: 'the same, bare relay without storage or retrieval, p95',
        figure: first(peer, 0.95),
        unit: 'ms',
      },
      { name: 'the same, relay that polls every 350 ms, p50', figure: first(polled, 0.5), unit: 'ms' },
      { name: 'the same, relay that polls every 350 ms, p95', figure: first(polled, 0.95), unit: 'ms' },
      {
        name: `end of the model to end of the stream, ${tokens} tokens, p50`,
        figure: after(ours, 0.5),
        unit: 'ms',
      },
      {
        name: `end of the model to end of the stream, ${tokens} tokens, p95`,
        figure: end,
        unit: 'ms',
        bar: `<= ${endBarMs} ms`,
        ok: end <= endBarMs,
      },
      { name: 'the same, bare relay, p95', figure: after(peer, 0.95), unit: 'ms' },
      { name: 'the same, relay that polls every 350 ms, p95', figure: after(polled, 0.95), unit: 'ms' },
    ];
  } finally {
    await Promise.all([world.stop(), bare.stop(), polling.stop()]);
    await model.stop();
  }
}

async function measure(
  modelUrl: string,
  offset: number,
  messagesUrl: () => Promise<string>,
): Promise<readonly Sample[]> {
  const measured: Sample[] = [];
  for (let i = 0; i < warmUps + samples; i++) {
    const url = await messagesUrl();
    const began = performance.now();
    const { run_id: run } = await postJson(url, { content: `What of term${i} and term${i * 7}?` });
    const events = url.includes('/api/')
      ? `${new URL(url).origin}/api/runs/${run}/events`
      : `${new URL(url).origin}/runs/${run}/events`;
    let first: number | undefined;
    const { frames } = await readFrames(await fetch(events), got => {
      if (first === undefined && got.some(({ event }) => event === 'token')) first = performance.now();
      return false;
    });
    const ended = performance.now();
    const said = frames.filter(({ event }) => event === 'token').length;
    if (said !== tokens || first === undefined) throw new Error(`${said} of ${tokens} tokens came: ${url}`);
    const modelEnded = (await requests(modelUrl)).at(-1)?.endedAt;
    if (modelEnded === undefined) throw new Error('the model has not ended');
    if (i >= warmUps) measured.push({ firstToken: first - began, after: ended - (modelEnded - offset) });
  }
  return measured;
}

/** By how much the model's clock is ahead of ours: the middle of the shortest of some requests. */
async function clockOffset(modelUrl: string): Promise<number> {
  let best = { took: Infinity, offset: 0 };
  for (let i = 0; i < 10; i++) {
    const began = performance.now();
    const response = await fetch(`${modelUrl}/responses`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer test-key-openai' },
      body: JSON.stringify({ model: 'gpt-5-mini', stream: true, store: false, input: 'x' }),
    });
    const took = performance.now() - began;
    await response.text();
    const startedAt = (await requests(modelUrl)).at(-1)?.startedAt ?? 0;
    if (took < best.took) best = { took, offset: startedAt - (began + took / 2) };
  }
  return best.offset;
}

async function requests(modelUrl: string) {
  const response = await fetch(`${new URL(modelUrl).origin}/fake/requests`);
  return (await response.json()) as { startedAt: number; endedAt?: number }[];
}
