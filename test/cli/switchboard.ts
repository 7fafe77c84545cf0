import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openConnection } from '../../bin/commands/connection.ts';
import { runVerb } from '../../bin/commands/run-verb.ts';
import { openTerminal } from '../../bin/commands/terminal.ts';
import { systemClock } from '../../functions/platform/clock.ts';

const root = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** Resolves once standard output and error together match; rejects when the command ends before. */
  says(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Starts the command as an operator does, with nothing in its environment but what is given. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [join(root, 'bin/switchboard.ts'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: '/nowhere', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const heard = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', piece => {
    stdout += String(piece);
    for (const each of heard) each();
  });
  child.stderr.setEncoding('utf8').on('data', piece => {
    stderr += String(piece);
    for (const each of heard) each();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
  return {
    ended,
    signal: name => void child.kill(name),
    async says(pattern) {
      const said = new Promise<void>(resolve => {
        const look = () => {
          if (!pattern.test(stdout + stderr)) return;
          heard.delete(look);
          resolve();
        };
        heard.add(look);
        look();
      });
      const over = ended.then(({ stdout, stderr }) => {
        if (!pattern.test(stdout + stderr))
          throw new Error(`it ended without saying ${pattern}: ${stdout}${stderr}`);
      });
      await Promise.race([said, over]);
    },
  };
}

/** The same within this process, for all that does not hang on a process: starting one takes a second. */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: readonly string[] = [],
): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const to = (place: 'stdout' | 'stderr') => ({ write: (text: string) => (said[place] += text) });
  const code = await runVerb(args, {
    clock: systemClock,
    terminal: openTerminal(to('stdout'), to('stderr'), env, systemClock),
    input: Readable.from(input.map(piece => Buffer.from(piece))),
    env,
    interrupted: new AbortController().signal,
    connect: () => openConnection(env, systemClock),
  });
  return { code, ...said };
}

export const switchboard = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> => start(args, env).ended;
