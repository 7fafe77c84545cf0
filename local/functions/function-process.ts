import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HostOptions } from './function-host.ts';
import { recordOutput } from './function-output.ts';
import type { Reporter } from '../start/reporter.ts';
import { repository } from '../start/repository.ts';

export interface ProcessOptions {
  readonly name: string;
  /** Of the source file, from the repository's root. */
  readonly entry: string;
  readonly handler: string;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly localMode: HostOptions['localMode'];
  readonly grants?: HostOptions['grants'];
  /** For the sockets: short, since a socket's path has at most 104 characters. */
  readonly socketDirectory: string;
  readonly logFile: string;
  readonly report: Reporter;
}

/** The process of one function, started again whenever it ends. */
export interface FunctionProcess {
  /** The socket of a process that answers. Waits for one that is starting; rejects after `withinMs`. */
  socket(withinMs: number): Promise<string>;
  /** Resolves once the process of that socket has ended, after `withinMs` in any case. */
  ended(socket: string, withinMs: number): Promise<void>;
  /** Kills the process as an out-of-memory would; it is then started again. */
  kill(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

const restartAfterMs = { least: 100, most: 5_000 };
/** A process that lived so long does not count as one that fails at once. */
const healthyAfterMs = 10_000;
const stopWithinMs = 3_000;

export function startProcess(options: ProcessOptions): FunctionProcess {
  const { name, report } = options;
  let starts = 0;
  let wait = restartAfterMs.least;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current = start();

  function start(): Started {
    starts += 1;
    const startedAt = Date.now();
    const started = startOnce(options, join(options.socketDirectory, `${name.slice(0, 40)}-${starts}`));
    started.child.once('exit', (code, signal) => {
      if (stopped) return;
      if (Date.now() - startedAt > healthyAfterMs) wait = restartAfterMs.least;
      report.warn(`${name} ended (${signal ?? `exit code ${code}`}); it starts again in ${wait} ms`);
      timer = setTimeout(() => {
        current = start();
      }, wait);
      wait = Math.min(wait * 2, restartAfterMs.most);
    });
    return started;
  }

  return {
    async socket(withinMs) {
      const until = Date.now() + withinMs;
      for (;;) {
        const { ready } = current;
        const path = await inTime(ready, until - Date.now());
        if (path !== undefined) return path;
        if (stopped || Date.now() >= until) throw new Error(`the function ${name} is not running`);
        await delay(50, undefined, { ref: false });
      }
    },
    async ended(socket, withinMs) {
      const { child, path } = current;
      if (path === socket) await inTime(exited(child), withinMs);
    },
    async kill() {
      const { child } = current;
      child.kill('SIGKILL');
      await exited(child);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const { child } = current;
      if (child.connected) child.disconnect();
      const timeout = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await exited(child);
      clearTimeout(timeout);
    },
  };
}

interface Started {
  readonly child: ChildProcess;
  readonly path: string;
  /** The socket; undefined when the process is not, or no longer, running. */
  ready: Promise<string | undefined>;
}

function startOnce(options: ProcessOptions, path: string): Started {
  const { name, entry, handler, environment, localMode, grants, logFile, report } = options;
  const socket = `${path}.sock`;
  const host: HostOptions = { entry: join(repository, entry), handler, socket, localMode, grants };
  const child = fork(fileURLToPath(new URL('function-host.ts', import.meta.url)), [JSON.stringify(host)], {
    cwd: repository,
    env: { ...environment },
    execArgv: ['--no-deprecation', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  recordOutput(child, name, logFile, report);
  const started: Started = { child, path: socket, ready: Promise.resolve(undefined) };
  started.ready = new Promise(resolve => {
    child.once('message', () => resolve(socket));
    child.once('error', () => resolve(undefined));
    child.once('exit', () => {
      started.ready = Promise.resolve(undefined);
      resolve(undefined);
    });
  });
  return started;
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => child.once('exit', () => resolve()));
}

/** The promise's value, or undefined when it takes longer. */
function inTime<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), Math.max(0, ms)).unref();
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
