import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { descendants, type StartedProcess, startProcess } from '../local/start-process.ts';
import type { Row } from './row.ts';

const bars = { readySeconds: 8, idleMegabytes: 700 };
/** What has taken messages ends before that. */
const idleAfterMs = 30_000;
/** Linux counts processor time in such steps. */
const ticksPerSecond = 100;

/**
 * `npm start` in an empty directory and again in the same one, and what all of its processes weigh when nobody asks
 * anything. A process shares most of Node's own 50 MB with the others: what it has resident counts them each time, its
 * proportional share counts them once. Linux alone says so.
 */
export async function run(): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'switchboard-start-'));
  const start = () => startProcess(join(directory, 'data'), { XDG_STATE_HOME: join(directory, 'state') });
  try {
    return [...(await measure('first start', start())), ...(await measure('start again', start()))];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measure(name: string, started: StartedProcess): Promise<Row[]> {
  const { child } = started;
  const pid = child.pid ?? 0;
  try {
    const from = performance.now();
    await started.ready();
    const ready = (performance.now() - from) / 1000;
    const processor = await processorSeconds(pid);
    await delay(idleAfterMs);
    const processes = [pid, ...descendants(pid)];
    const weights = await Promise.all(processes.map(weigh));
    const resident = total(weights.map(weight => weight.resident));
    return [
      { name: `${name}: ready`, figure: ready, unit: 's', ...bar(ready, bars.readySeconds, 's') },
      { name: `${name}: processor time until then, of all processes`, figure: processor, unit: 's' },
      { name: `${name}: processes ${idleAfterMs / 1000} s later`, figure: processes.length, unit: '' },
      {
        name: `${name}: resident memory of all of them`,
        figure: resident,
        unit: 'MB',
        ...bar(resident, bars.idleMegabytes, 'MB'),
      },
      {
        name: `${name}: the same, what is shared counted once`,
        figure: total(weights.map(weight => weight.proportional)),
        unit: 'MB',
      },
    ];
  } finally {
    child.kill('SIGTERM');
    await started.ended();
  }
}

const bar = (figure: number, most: number, unit: string) => ({
  bar: `<= ${most} ${unit}`,
  ok: figure <= most,
});

const total = (figures: readonly number[]) => figures.reduce((sum, one) => sum + one, 0);

/** Of the process and all below it, those that have ended too. */
async function processorSeconds(pid: number): Promise<number> {
  const own = await Promise.all(
    [pid, ...descendants(pid)].map(async one => {
      const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '');
      // Counted from the state, which follows the name: user and system time, its own and that of children that ended.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return total(fields.slice(11, 15).map(Number));
    }),
  );
  return total(own) / ticksPerSecond;
}

/** In megabytes; nothing of a process that has just ended. */
async function weigh(pid: number): Promise<{ resident: number; proportional: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { resident: megabytes('Rss'), proportional: megabytes('Pss') };
}
