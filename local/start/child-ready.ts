import type { ChildProcess } from 'node:child_process';
import type { Reporter } from './reporter.ts';

export interface Waiting {
  /** As in `the function ChatApi`. */
  readonly what: string;
  /** Where to look when it does not start: `its log is FILE`. */
  readonly advice: string;
  /** Long enough for a busy machine. Only a process that hangs reaches it. */
  readonly withinMs?: number | undefined;
  /** Gets a line when it takes long. */
  readonly report: Reporter;
}

const startWithinMs = 180_000;
const longAfterMs = 15_000;

/**
 * Waits for the first message of a child process, which it sends when it is ready. Rejects as soon as the child ends.
 * Kills a child that takes too long; the error says which it was, after how long, and what to do.
 */
export function childReady(child: ChildProcess, waiting: Waiting): Promise<unknown> {
  const { what, advice, withinMs = startWithinMs, report } = waiting;
  const startedAt = performance.now();
  const after = () => `after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const long = setTimeout(
    () => report.warn(`${what} is still starting ${after()}: this machine is busy`),
    longAfterMs,
  ).unref();
  const tooLong = setTimeout(() => {
    reject(
      new Error(
        `${what} did not start: it was given up ${after()}. Stop what else keeps this machine busy and start again; ${advice}`,
      ),
    );
    child.kill('SIGKILL');
  }, withinMs);
  child.once('message', resolve);
  child.once('error', cause => reject(new Error(`${what} did not start: ${cause.message}`, { cause })));
  child.once('exit', (code, signal) =>
    reject(
      new Error(`${what} did not start: it ended ${after()} (${signal ?? `exit code ${code}`}); ${advice}`),
    ),
  );
  return promise.finally(() => {
    clearTimeout(long);
    clearTimeout(tooLong);
  });
}

/** Resolves when the process has ended. */
export function childEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  return new Promise(resolve => child.once('exit', () => resolve()));
}
