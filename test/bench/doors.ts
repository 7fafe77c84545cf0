import { askIn, demoThread, postJson } from '../chat/following-client.ts';
import { type Frame, readFrames } from '../chat/frames.ts';
import { type BenchWorld, startBenchWorld, startModel } from './chat-processes.ts';
import { percentile, type Row } from './row.ts';

const chunks = 10_000;
const warmUps = 15;
const samples = 100;
const addedBarMs = 20;
const page = 'https://www.example.org';

/** Milliseconds from sending the question. */
interface Timing {
  readonly first: number;
  readonly whole: number;
}

/**
 * The same question at three doors in turn, so that noise meets all of them: how much later the first word comes by the
 * widget's stream than by the runs API, and the answer by `/ask`, which is one piece. Answers are of one word: the
 * first is the whole.
 */
export async function run(): Promise<Row[]> {
  const model = await startModel(1, 0);
  const world = await startBenchWorld(model.url, chunks);
  try {
    const key = await widgetKey(world);
    const runs: Timing[] = [];
    const widget: Timing[] = [];
    const form: Timing[] = [];
    for (let i = 0; i < warmUps + samples; i++) {
      const question = `What of term${i} and term${i * 7}?`;
      const thread = await demoThread(world.url);
      const took = {
        runs: await byRuns(world.url, thread, question),
        widget: await byWidget(world.url, key, question),
        form: await byForm(world.url, question, model.text),
      };
      if (i < warmUps) continue;
      runs.push(took.runs);
      widget.push(took.widget);
      form.push(took.form);
    }
    const of = (timings: readonly Timing[], part: keyof Timing, p: number) =>
      percentile(
        timings.map(timing => timing[part]),
        p,
      );
    const rows = (name: string, timings: readonly Timing[], part: keyof Timing): Row[] =>
      [0.5, 0.95].map(p => ({ name: `${name}, p${p * 100}`, figure: of(timings, part, p), unit: 'ms' }));
    const added = (name: string, figure: number): Row => ({
      name,
      figure,
      unit: 'ms',
      bar: `<= ${addedBarMs} ms`,
      ok: figure <= addedBarMs,
    });
    return [
      ...rows(`runs API, question to first token, ${chunks} chunks`, runs, 'first'),
      ...rows('widget, question to first chunk', widget, 'first'),
      added('added by the widget, p95', of(widget, 'first', 0.95) - of(runs, 'first', 0.95)),
      ...rows('runs API, question to the end of an answer of one word', runs, 'whole'),
      ...rows('/ask, question to the bubble with an answer of one word', form, 'whole'),
      added('added by /ask, p95', of(form, 'whole', 0.95) - of(runs, 'whole', 0.95)),
    ];
  } finally {
    await world.stop();
    await model.stop();
  }
}

/** Of the demo workspace, for `page`. */
async function widgetKey({ url, admin }: BenchWorld): Promise<string> {
  const { id_token: token = '' } = await postJson(`${url}/admin/login`, admin);
  const call = async (method: string, path: string, body: object) => {
    const response = await fetch(`${url}/admin/widget${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${token}`,
        'X-Workspace-Id': 'demo',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  await call('PUT', '/domains', { domains: [new URL(page).host] });
  const { key = '' } = await call('POST', '/keys', { name: 'bench' });
  return key;
}

async function byRuns(url: string, thread: string, question: string): Promise<Timing> {
  const began = performance.now();
  const run = await askIn(url, thread, question);
  return followed(await fetch(`${url}/api/runs/${run}/events`), 'token', 'final', began);
}

async function byWidget(url: string, key: string, message: string): Promise<Timing> {
  const body = JSON.stringify({ message, sessionId: crypto.randomUUID() });
  const began = performance.now();
  const response = await fetch(`${url}/api/widget/chat/stream`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': key, Origin: page },
    body,
  });
  return followed(response, 'chunk', 'sources', began);
}

async function followed(response: Response, word: string, end: string, began: number): Promise<Timing> {
  const came = new Map<string, number>();
  const note = (frames: readonly Frame[]) => {
    for (const { event } of frames) if (!came.has(event)) came.set(event, performance.now() - began);
    return came.has(end);
  };
  await readFrames(response, note);
  const [first, whole] = [came.get(word), came.get(end)];
  if (first === undefined || whole === undefined)
    throw new Error(`${response.status}: no ${word} and ${end}`);
  return { first, whole };
}

async function byForm(url: string, message: string, answer: string): Promise<Timing> {
  const began = performance.now();
  const response = await fetch(`${url}/ask`, { method: 'POST', body: new URLSearchParams({ message }) });
  const html = await response.text();
  const whole = performance.now() - began;
  if (!html.includes(`<p>${answer}</p>`)) throw new Error(`/ask: ${html}`);
  return { first: whole, whole };
}
