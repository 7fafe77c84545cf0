import { hourMs } from '../../functions/platform/hour.ts';
import { followToDone, postJson } from '../chat/following-client.ts';
import { tokens } from '../chat/frames.ts';
import { type BenchWorld, startBenchWorld, startModel } from './chat-processes.ts';
import { percentile, type Row } from './row.ts';

const chunks = 1_000;
const tokensPerAnswer = 50;
const chatters = 10;
/** A question every six seconds of each chatter: 100 a minute. */
const everyMs = 6_000;
const sustainedSeconds = 300;
const wholeAnswerBarMs = 500;
/** Twenty times the people, for a minute at most. */
const crowd = 20;
const crowdSeconds = 60;

/** A visitor of the chat page with a conversation of its own. */
interface Chatter {
  readonly token: string;
  readonly thread: string;
}

/** What became of a question. */
type Outcome =
  | { readonly is: 'answered'; readonly ms: number }
  | { readonly is: 'refused' }
  | { readonly is: 'failed'; readonly why: string };

/**
 * Ten people who talk to the assistant for five minutes (or `seconds`), whose model answers at once; then two hundred,
 * of whose questions the hour's limit lets in about half: whether the rest is told so, and what was let in is answered.
 */
export async function run(_dataDir?: string, seconds = sustainedSeconds): Promise<Row[]> {
  const model = await startModel(tokensPerAnswer, 0);
  const world = await startBenchWorld(model.url, chunks);
  try {
    const people = await arrive(world.url, chatters);
    await Promise.all(people.map(one => ask(world.url, one, model.text)));
    const calm = await talk(world.url, people, seconds, model.text);

    const throng = await arrive(world.url, chatters * crowd);
    const rushSeconds = Math.min(seconds, crowdSeconds);
    const offered = (throng.length * rushSeconds * 1000) / everyMs;
    await letIn(world, offered / 2, rushSeconds);
    const rush = await talk(world.url, throng, rushSeconds, model.text);

    const p95 = percentile(calm.times, 0.95);
    return [
      { name: `questions a minute, ${chatters} chatters, ${seconds} s`, figure: calm.rate, unit: '1/min' },
      { name: 'the whole answer, p50', figure: percentile(calm.times, 0.5), unit: 'ms' },
      {
        name: 'the whole answer, p95',
        figure: p95,
        unit: 'ms',
        bar: `< ${wholeAnswerBarMs} ms`,
        ok: p95 < wholeAnswerBarMs,
      },
      none('questions without their whole answer', calm.refused + calm.failures.length),
      {
        name: `questions a minute, ${throng.length} chatters, ${rushSeconds} s`,
        figure: rush.rate,
        unit: '1/min',
      },
      { name: 'let in and answered whole', figure: rush.times.length, unit: 'questions' },
      {
        name: 'refused with 429 and Retry-After',
        figure: rush.refused,
        unit: 'questions',
        bar: '> 0',
        ok: rush.refused > 0,
      },
      none('neither', rush.failures.length),
      { name: 'the whole answer, p95 of those let in', figure: percentile(rush.times, 0.95), unit: 'ms' },
    ];
  } finally {
    await world.stop();
    await model.stop();
  }
}

const none = (name: string, figure: number): Row => ({
  name,
  figure,
  unit: 'questions',
  bar: '= 0',
  ok: figure === 0,
});

/** Some at a time: how they come is not what is measured. */
async function arrive(url: string, count: number): Promise<Chatter[]> {
  const come: Chatter[] = [];
  while (come.length < count) {
    const some = Math.min(10, count - come.length);
    come.push(
      ...(await Promise.all(
        Array.from({ length: some }, async () => {
          const { token = '' } = await postJson(`${url}/api/visitors`, {});
          const { thread_id: thread = '' } = await postJson(`${url}/api/threads`, {}, token);
          return { token, thread };
        }),
      )),
    );
  }
  return come;
}

/**
 * Each asks every six seconds, the next one a little after the one before; who still waits for an answer asks as soon
 * as it is there.
 */
async function talk(url: string, people: readonly Chatter[], seconds: number, answer: string) {
  const began = performance.now();
  const outcomes: Outcome[] = [];
  await Promise.all(
    people.map(async (one, i) => {
      for (let at = (i / people.length) * everyMs; at < seconds * 1000; at += everyMs) {
        const early = Math.max(0, began + at - performance.now());
        await new Promise(resolve => setTimeout(resolve, early));
        outcomes.push(await ask(url, one, answer));
      }
    }),
  );
  const minutes = Math.max(seconds, (performance.now() - began) / 1000) / 60;
  const failures = outcomes.flatMap(outcome => (outcome.is === 'failed' ? [outcome.why] : []));
  for (const [why, all] of Map.groupBy(failures, why => why)) console.error(`${all.length} times: ${why}`);
  return {
    times: outcomes.flatMap(outcome => (outcome.is === 'answered' ? [outcome.ms] : [])),
    refused: outcomes.filter(({ is }) => is === 'refused').length,
    failures,
    rate: outcomes.length / minutes,
  };
}

/** Asks, and reads the answer to its end as a browser does: it comes back when the stream breaks. */
async function ask(url: string, { token, thread }: Chatter, answer: string): Promise<Outcome> {
  const began = performance.now();
  const authorization = `Bearer ${token}`;
  try {
    const posted = await fetch(`${url}/api/threads/${thread}/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', authorization },
      body: JSON.stringify({ content: `What of term${Math.floor(Math.random() * 1_000)}?` }),
    });
    const { run_id: run = '' } = (await posted.json()) as { run_id?: string };
    if (posted.status === 429 && Number(posted.headers.get('retry-after')) > 0) return { is: 'refused' };
    if (!posted.ok) return { is: 'failed', why: `the question was answered ${posted.status}` };
    const { frames } = await followToDone(url, run, () => {}, { authorization });
    if (tokens(frames) === answer) return { is: 'answered', ms: performance.now() - began };
    return { is: 'failed', why: `not the whole answer: ${JSON.stringify(frames.at(-2)?.data)}` };
  } catch (error) {
    return { is: 'failed', why: String(error) };
  }
}

/**
 * Sets the hour's limit so that about so many more questions are let in: all of them come from one address, which may
 * have a quarter of the hour. Near the end of an hour it waits for the next one, which would begin the count anew.
 */
async function letIn({ url, admin }: BenchWorld, questions: number, seconds: number): Promise<void> {
  const left = hourMs - (Date.now() % hourMs);
  if (left < (seconds + 10) * 1000) await new Promise(resolve => setTimeout(resolve, left + 1_000));
  const { id_token: token = '' } = await postJson(`${url}/admin/login`, admin);
  const headers = { authorization: `Bearer ${token}`, 'x-workspace-id': 'demo' };
  const usage = await (await fetch(`${url}/admin/usage`, { headers })).json();
  const { limit } = usage as { limit: { limit: number; remaining: number } };
  const used = limit.limit - limit.remaining;
  const changed = await fetch(`${url}/admin/workspaces/demo`, {
    method: 'PATCH',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ hourly_limit: Math.round(4 * (used + questions)), hard_cap: true }),
  });
  if (!changed.ok) throw new Error(`the limit was not set: ${changed.status} ${await changed.text()}`);
}
