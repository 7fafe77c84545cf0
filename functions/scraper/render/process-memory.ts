import { readdir, readFile } from 'node:fs/promises';

/**
 * The memory in bytes that the processes of the group hold, what they share counted once. 0 where the system does not
 * tell, as outside Linux.
 */
export async function memoryOf(group: number): Promise<number> {
  const entries = await readdir('/proc').catch(() => []);
  const members = await Promise.all(
    entries.filter(name => /^\d+$/.test(name)).map(pid => memberOf(pid, group)),
  );
  return members.reduce((sum, bytes) => sum + bytes, 0);
}

async function memberOf(pid: string, group: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // After the name, which is in brackets and may hold anything: state, parent, group.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[2]) !== group) return 0;
    const memory = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(memory)?.[1] ?? 0) * 1024;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
