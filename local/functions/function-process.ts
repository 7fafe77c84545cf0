import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnded, childReady } from '../start/child-ready.ts';
import type { Reporter } from '../start/reporter.ts';
import { repository } from '../start/repository.ts';
import type { HostOptions } from './function-host.ts';
import { recordOutput } from './function-output.ts';

export interface ProcessOptions {
  readonly name: string;
  /** The path of the source file, from the repository's root. */
  readonly entry: string;
  readonly handler: string;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly localMode: HostOptions['localMode'];
  readonly grants?: HostOptions['grants'];
  /** The directory of the sockets. */
  readonly socketDirectory: string;
  readonly logFile: string;
  /** A process without calls for so long ends. */
  readonly idleMs: number;
  /** A start that takes longer counts as failed. */
  readonly startWithinMs?: number;
  readonly report: Reporter;
}

/** The process of a function. It runs from the first call until some time after the last, as on Lambda. */
export interface FunctionProcess {
  /**
   * A process that answers. Starts one when none runs; callers at the same time share it. Rejects when it does not
   * start: the error says what happened, after how long, and where its log is.
   */
  use(): Promise<UsedProcess>;
  /** Kills the process, if one runs, as running out of memory would. */
  kill(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** A process that is not ended before `done` is called. */
export interface UsedProcess {
  readonly socket: string;
  done(): void;
  /** Resolves once the process has ended, or after `withinMs`. */
  ended(withinMs: number): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly socket: string;
  readonly ready: Promise<unknown>;
  readonly ended: Promise<void>;
  calls: number;
  /** Set while nobody calls. */
  idle?: NodeJS.Timeout;
  /** Whether it was told to end. */
  leaving: boolean;
}

const stopWithinMs = 3_000;

/** The process of a function; it starts with the first use. */
export function functionProcess(options: ProcessOptions): FunctionProcess {
  const { name, idleMs, report } = options;
  const alive = new Set<Running>();
  let stopped = false;
  let current: Running | undefined;

  function start(): Running {
    // Kept short: a socket's path has at most 104 characters, and macOS needs 50 of them for its temporary directory.
    const running = startOnce(options, join(options.socketDirectory, `${randomUUID().slice(0, 8)}.sock`));
    alive.add(running);
    running.child.once('exit', () => {
      alive.delete(running);
      if (current === running) current = undefined;
    });
    running.ready.then(
      () =>
        running.child.once('exit', (code, signal) => {
          if (!running.leaving) report.warn(`${name} ended (${signal ?? `exit code ${code}`})`);
        }),
      (error: Error) => report.warn(error.message),
    );
    return running;
  }

  async function retire(running: Running): Promise<void> {
    running.leaving = true;
    if (current === running) current = undefined;
    clearTimeout(running.idle);
    if (running.child.connected) running.child.send('leave', () => {});
    const timeout = setTimeout(() => running.child.kill('SIGKILL'), stopWithinMs);
    await running.ended;
    clearTimeout(timeout);
  }

  function done(running: Running): void {
    running.calls -= 1;
    if (running.calls > 0 || current !== running) return;
    running.idle = setTimeout(() => void retire(running), idleMs).unref();
  }

  return {
    async use() {
      if (stopped) throw new Error(`the function ${name} has been stopped`);
      current ??= start();
      const running = current;
      running.calls += 1;
      clearTimeout(running.idle);
      try {
        await running.ready;
      } catch (error) {
        if (current === running) current = undefined;
        throw error;
      }
      return {
        socket: running.socket,
        done: () => done(running),
        ended: withinMs => inTime(running.ended, withinMs),
      };
    },
    async kill() {
      const killed = current;
      killed?.child.kill('SIGKILL');
      await killed?.ended;
    },
    async stop() {
      stopped = true;
      await Promise.all([...alive].map(retire));
    },
  };
}

/** With `INSPECT=ChatApi,AdminApi` each of these functions waits for a debugger, on a port that it prints. */
const inspection = (name: string): string[] =>
  process.env['INSPECT']?.split(',').includes(name) ? ['--inspect=127.0.0.1:0'] : [];

function startOnce(options: ProcessOptions, socket: string): Running {
  const { name, entry, handler, environment, localMode, grants, logFile, report } = options;
  const host: HostOptions = { entry: join(repository, entry), handler, socket, localMode, grants };
  const child = fork(fileURLToPath(new URL('function-host.ts', import.meta.url)), [JSON.stringify(host)], {
    cwd: repository,
    env: { ...environment },
    execArgv: ['--no-deprecation', '--disable-warning=ExperimentalWarning', ...inspection(name)],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  recordOutput(child, name, logFile, report);
  const what = `the function ${name}`;
  const ready = childReady(child, {
    what,
    advice: `its log says more: ${logFile}`,
    withinMs: options.startWithinMs,
    report,
  });
  return { child, socket, ready, ended: childEnded(child), calls: 0, leaving: false };
}

async function inTime(promise: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms).unref();
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}
