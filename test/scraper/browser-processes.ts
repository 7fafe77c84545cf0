import { readdir, readFile } from 'node:fs/promises';

/** The process ids of the browsers that the process has started and that still run, those whose parent has gone too. */
export async function browsersOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => {
      try {
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const isBrowser = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('switchboard-chromium');
        return isBrowser && state !== 'Z' && Number(ppid) === parent ? [Number(pid)] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    }),
  );
  return found.flat();
}
