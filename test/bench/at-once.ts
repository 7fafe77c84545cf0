import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { demoThread } from '../chat/following-client.ts';
import { inTurn } from './in-turn.ts';
import { type BenchModel, startBenchWorld, startModel, startServer } from './chat-processes.ts';
import { percentile, type Row } from './row.ts';

const clients = 200;
const tokensPerAnswer = 500;
const apartMs = 20;
const booksWithinMs = 5_000;

interface Followed {
  /** Of the message, and of the first token that came, by `performance.now()`. */
  readonly posted: number;
  readonly first: number;
  /** The longest time without text after it, in milliseconds. */
  readonly gap: number;
  readonly text: string;
}

/**
 * Many clients ask at the same moment and follow to the end: how fast the tokens come, and how soon the first one. In
 * the same run the same by Vercel's AI SDK with resumable-stream, which retrieves and keeps nothing.
 */
export async function run(): Promise<Row[]> {
  const model = await startModel(tokensPerAnswer, apartMs);
  try {
    const ours = await measureOurs(model);
    const peer = await measurePeer(model);
    return [
      {
        name: `tokens a second (${clients * (1000 / apartMs)} offered)`,
        figure: ours.rate,
        unit: 'tokens/s',
        bar: "> the peer's",
        ok: ours.rate > peer.rate,
      },
      { name: 'the same, AI SDK with resumable-stream', figure: peer.rate, unit: 'tokens/s' },
      {
        name: 'POST to first token, p95',
        figure: ours.firstToken,
        unit: 's',
        bar: "< the peer's",
        ok: ours.firstToken < peer.firstToken,
      },
      { name: 'the same, AI SDK with resumable-stream', figure: peer.firstToken, unit: 's' },
      { name: 'longest pause within an answer, p50', figure: ours.gap, unit: 's' },
      { name: 'the same, AI SDK with resumable-stream', figure: peer.gap, unit: 's' },
    ];
  } finally {
    await model.stop();
  }
}

async function measureOurs(model: BenchModel) {
  const world = await startBenchWorld(model.url, 1_000);
  try {
    const threads = await inTurn(clients + 1, () => demoThread(world.url));
    const ask = async (i: number) => {
      const response = await post(`${world.url}/api/threads/${threads[i]}/messages`, i);
      const { run_id: run } = (await response.json()) as { run_id: string };
      return { response: await fetch(`${world.url}/api/runs/${run}/events`), textOf: ourText };
    };
    // Loads what the first question loads, the worker's books too.
    await (await ask(clients)).response.text();
    await sleep(booksWithinMs);
    return await measure(model, ask);
  } finally {
    await world.stop();
  }
}

async function measurePeer(model: BenchModel) {
  const server = await startServer(join(import.meta.dirname, 'resumable-server.ts'), ['--model', model.url]);
  try {
    await (await post(`${server.url}/messages`, 0)).text();
    return await measure(model, async i => ({
      response: await post(`${server.url}/messages`, i),
      textOf: ({ data }) => peerText(data),
    }));
  } finally {
    await server.stop();
  }
}

interface Message {
  readonly event?: string | undefined;
  readonly data: string;
}

interface Stream {
  readonly response: Response;
  /** The text that a message of the stream adds. */
  readonly textOf: (message: Message) => string;
}

async function measure(model: BenchModel, ask: (i: number) => Promise<Stream>) {
  const began = performance.now();
  const all = await Promise.all(Array.from({ length: clients }, (_, i) => follow(ask, i)));
  const seconds = (performance.now() - began) / 1000;
  const wrong = all.filter(({ text }) => text !== model.text).length;
  if (wrong > 0) throw new Error(`${wrong} of ${clients} answers are not the model's`);
  return {
    rate: (clients * tokensPerAnswer) / seconds,
    firstToken: percentile(
      all.map(({ posted, first }) => (first - posted) / 1000),
      0.95,
    ),
    gap: percentile(
      all.map(({ gap }) => gap / 1000),
      0.5,
    ),
  };
}

async function follow(ask: (i: number) => Promise<Stream>, i: number): Promise<Followed> {
  const posted = performance.now();
  const { response, textOf } = await ask(i);
  let first = Infinity;
  let latest = Infinity;
  let gap = 0;
  let text = '';
  const parser = createParser({
    onEvent(message) {
      const added = textOf(message);
      if (added === '') return;
      const now = performance.now();
      first = Math.min(first, now);
      gap = Math.max(gap, now - latest);
      latest = now;
      text += added;
    },
  });
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) parser.feed(decoder.decode(piece, { stream: true }));
  return { posted, first, gap, text };
}

const post = (url: string, i: number) =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ content: `What of term${i}?` }),
  });

const ourText = ({ event, data }: Message): string =>
  event === 'token' ? (JSON.parse(data) as { text: string }).text : '';

function peerText(data: string): string {
  if (data === '[DONE]') return '';
  const { type, delta = '' } = JSON.parse(data) as { type: string; delta?: string };
  return type === 'text-delta' ? delta : '';
}
