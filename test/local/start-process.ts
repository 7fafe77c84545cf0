import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repository } from '../../local/start/repository.ts';

/**
 * `npm start` as a process of its own, for what only a process can show: signals, exit codes, what it leaves behind.
 */
export interface StartedProcess {
  readonly child: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Its address, once it is ready. Rejects with its output when it ends before. */
  ready(): Promise<string>;
  /** Its exit code; null when a signal killed it. */
  ended(): Promise<number | null>;
}

export function startProcess(
  dataDirectory: string,
  env: Record<string, string>,
  args: string[] = [],
): StartedProcess {
  const child = spawn(process.execPath, ['bin/local.ts', '--data', dataDirectory, ...args], {
    cwd: repository,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
  const ended = new Promise<number | null>(resolve => child.once('close', code => resolve(code)));
  return {
    child,
    output: () => output,
    ended: () => ended,
    async ready() {
      for (;;) {
        const url = /chat\s+(http:\/\/[\d.:]+)\//.exec(output)?.[1];
        if (url && /ready in/.test(output)) return url;
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(output);
        await delay(50);
      }
    },
  };
}

/** The processes below `pid`, by Linux's process file system. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, parent = ''] = /\) \S (\d+)/.exec(readFileSync(join('/proc', name, 'stat'), 'utf8')) ?? [];
      parents.set(Number(name), Number(parent));
    } catch {
      // It ended while we were looking.
    }
  }
  const below = (of: number): number[] =>
    [...parents].filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

export function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
