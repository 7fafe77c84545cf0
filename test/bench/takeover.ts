import { askIn, demoThread, followToDone } from '../chat/following-client.ts';
import { tokens } from '../chat/frames.ts';
import { startBenchWorld, startModel } from './chat-processes.ts';
import { percentile, type Row } from './row.ts';

const trials = 3;
const tokensPerAnswer = 100;
const apartMs = 50;

/** SIGKILL of the process that executes a run, in the middle of it: what its client is told, and how long it waits. */
export async function run(): Promise<Row[]> {
  const model = await startModel(tokensPerAnswer, apartMs);
  const world = await startBenchWorld(model.url, 0);
  const times: number[] = [];
  let whole = 0;
  try {
    for (let trial = 0; trial < trials; trial++) {
      const run = await askIn(world.url, await demoThread(world.url), `Question ${trial}?`);
      let killed: { at: number; done: Promise<void> } | undefined;
      let resetAt: number | undefined;
      const { frames } = await followToDone(world.url, run, got => {
        const reset = got.some(({ event, data }) => event === 'state' && data.reset);
        if (reset) resetAt ??= performance.now();
        const said = got.filter(({ event }) => event === 'token').length;
        if (said > tokensPerAnswer / 3) killed ??= { at: performance.now(), done: world.kill('ChatApi') };
      });
      await killed?.done;
      const count = (name: string) => frames.filter(({ event }) => event === name).length;
      const resets = frames.filter(({ event, data }) => event === 'state' && data.reset).length;
      const once = resets === 1 && count('final') === 1 && count('error') === 0;
      if (once && tokens(frames) === model.text) whole++;
      if (killed && resetAt !== undefined) times.push((resetAt - killed.at) / 1000);
    }
  } finally {
    await world.stop();
    await model.stop();
  }
  return [
    {
      name: `killed runs with a reset and then exactly one whole answer, of ${trials}`,
      figure: whole,
      unit: 'runs',
      bar: `= ${trials}`,
      ok: whole === trials,
    },
    {
      name: 'from the kill to the reset, p50 (a lease lasts 15 s)',
      figure: percentile(times, 0.5),
      unit: 's',
    },
    { name: 'from the kill to the reset, longest', figure: percentile(times, 1), unit: 's' },
  ];
}
