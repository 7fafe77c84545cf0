import { readdir, readFile } from 'node:fs/promises';

/** The first processes of the browsers that run below the process, by their ids. */
export async function browsersOf(ancestor: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const parents = new Map<number, number>();
  const browsers = new Set<number>();
  for (const pid of pids) {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(pid), Number(parent));
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      if (state !== 'Z' && command.includes('switchboard-chromium')) browsers.add(Number(pid));
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === ancestor || isBelow(parents.get(pid)));
  return [...browsers].filter(pid => !browsers.has(parents.get(pid) ?? 0) && isBelow(pid));
}
