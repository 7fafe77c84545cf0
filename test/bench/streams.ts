import { askIn, demoThread } from '../chat/following-client.ts';
import { type Frame, readFrames, shown, tokens } from '../chat/frames.ts';
import { startBenchWorld, startModel } from './chat-processes.ts';
import { inTurn } from './in-turn.ts';
import { percentile, type Row } from './row.ts';

const clients = 200;
const tokensPerAnswer = 500;
const apartMs = 20;
const cuts = 3;
/** The clients begin over so many seconds; an answer takes 10. */
const arriveWithinMs = 3_000;

/**
 * Many clients at a time, each cut and resumed at random three times: whether each ends with exactly the model's text.
 */
export async function run(): Promise<Row[]> {
  const model = await startModel(tokensPerAnswer, apartMs);
  const world = await startBenchWorld(model.url, 1_000);
  try {
    const threads = await inTurn(clients, () => demoThread(world.url));
    const began = performance.now();
    const ended = await Promise.all(
      threads.map(async (thread, i) => {
        await new Promise(resolve => setTimeout(resolve, (i / clients) * arriveWithinMs));
        return followWithCuts(world.url, await askIn(world.url, thread, `What of term${i}?`));
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    const wrong = ended.filter(
      ({ frames }) => shown(frames) !== model.text || tokens(frames) !== model.text || !inSequence(frames),
    );
    for (const { run, frames } of wrong) console.error(`run ${run} ended with`, frames.slice(-4));
    const exact = clients - wrong.length;
    const resets = ended
      .flatMap(({ frames }) => frames)
      .filter(({ event, data }) => event === 'state' && data.reset);
    const resumed = sum(ended.map(({ connections }) => connections - 1));
    const times = ended.map(({ took }) => took / 1000);
    return [
      {
        name: `clients with exactly the model's text, of ${clients}`,
        figure: exact,
        unit: 'clients',
        bar: `= ${clients}`,
        ok: exact === clients,
      },
      { name: 'connections cut and resumed', figure: resumed, unit: 'cuts' },
      {
        name: 'connections refused by a busy system',
        figure: sum(ended.map(({ refused }) => refused)),
        unit: 'times',
      },
      { name: 'answers begun anew', figure: resets.length, unit: 'resets' },
      {
        name: `tokens a second (${clients * (1000 / apartMs)} offered)`,
        figure: (clients * tokensPerAnswer) / seconds,
        unit: 'tokens/s',
      },
      {
        name: `time of an answer, p50 (${(tokensPerAnswer * apartMs) / 1000} s is the model's)`,
        figure: percentile(times, 0.5),
        unit: 's',
      },
      { name: 'time of an answer, p95', figure: percentile(times, 0.95), unit: 's' },
    ];
  } finally {
    await world.stop();
    await model.stop();
  }
}

async function followWithCuts(url: string, run: string) {
  const began = performance.now();
  const frames: Frame[] = [];
  let connections = 0;
  let refused = 0;
  while (frames.at(-1)?.event !== 'done') {
    if (++connections > 50) throw new Error(`run ${run} does not come to its end`);
    const last = frames.findLast(({ id }) => id !== undefined)?.id;
    const gone = new AbortController();
    const timer =
      connections <= cuts
        ? setTimeout(() => gone.abort(), 100 + Math.random() * ((tokensPerAnswer * apartMs) / cuts))
        : undefined;
    const seen = frames.length;
    try {
      const response = await fetch(`${url}/api/runs/${run}/events`, {
        headers: last === undefined ? {} : { 'Last-Event-ID': last },
        signal: gone.signal,
      });
      if (!response.ok) {
        // As a browser does: it comes back.
        refused++;
        await response.body?.cancel();
        await new Promise(resolve => setTimeout(resolve, 500));
        continue;
      }
      await readFrames(response, got => {
        frames.splice(seen, frames.length, ...got);
        return false;
      });
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
  return { run, frames, connections, refused, took: performance.now() - began };
}

const sum = (figures: readonly number[]) => figures.reduce((total, figure) => total + figure, 0);

/** Each number once, none left out. */
const inSequence = (frames: readonly Frame[]): boolean =>
  frames.every(({ id }, i) => id === (i === frames.length - 1 ? undefined : String(i + 1)));
