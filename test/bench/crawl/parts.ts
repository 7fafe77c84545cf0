import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

interface Measured {
  pages: number;
  seconds: number;
  error?: string;
}

/** A process of a bench of crawling: the file of this folder, in a role. */
export const part = (
  file: string,
  role: string,
  env: Record<string, string>,
  ...parameters: string[]
): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), [role, ...parameters], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...env },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });

/** Pages per second, by what the process tells. Throws where it has not read `count` pages. */
export async function measure(child: ChildProcess, count: number): Promise<number> {
  const { pages, seconds, error } = await heard<Measured>(child);
  await end(child);
  if (pages < count) throw new Error(`only ${pages} of ${count} pages: ${error ?? 'no reason given'}`);
  return pages / seconds;
}

/** The next message of the process. Throws when it ends before. */
export async function heard<Message>(child: ChildProcess): Promise<Message> {
  const over = new AbortController();
  const { signal } = over;
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a part of the bench ended with code ${code}`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), gone])) as [Message];
    return message;
  } finally {
    gone.catch(() => undefined);
    over.abort();
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
