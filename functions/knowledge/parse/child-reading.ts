import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Clock } from '../../platform/clock.ts';
import type { FileToRead } from './file-reading.ts';
import { messagePipe, type ReaderMessage } from './reader-messages.ts';

export interface ReaderLimits {
  /** In bytes, of all of the process. */
  readonly memory: number;
  /** How long the process may say nothing. */
  readonly silentMs: number;
}

/** Why a process ended before it had said all. */
export type ReaderDeath = 'memory' | 'time' | 'crash';

export interface ReaderProcess {
  /** What it says, but for that it is alive. They end with the process. Rejects with the signal's reason. */
  readonly messages: AsyncIterator<ReaderMessage, undefined>;
  /** Why it ended without having said all. */
  death(): Promise<ReaderDeath>;
  /** Ends it at once. */
  kill(): void;
}

const memoryEveryMs = 200;
/** Of the cap, so much may be JavaScript's own: the rest is native memory. */
const heapShare = 0.6;
/** How V8 ends a process whose heap is full. */
const heapFull: ReadonlySet<number | string> = new Set([134, 'SIGABRT', 'SIGTRAP']);

/**
 * Starts the process of a reader on a file. `entry` is its source file, or its bundle. It has none of our environment
 * but where programs and packages are: a file that takes it over finds no secret.
 */
export function startReader(
  entry: string,
  task: FileToRead,
  { memory, silentMs }: ReaderLimits,
  clock: Clock,
  signal: AbortSignal,
): ReaderProcess {
  const heap = Math.floor((memory * heapShare) / 1_048_576);
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning', entry, JSON.stringify(task)],
    { env: environment(), stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const exited = new Promise<number | string>(resolve => {
    child.once('error', () => resolve('not started'));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  let killedFor: ReaderDeath | undefined;
  let heardAt = clock.now();
  const over = new AbortController();
  const kill = (reason?: ReaderDeath) => {
    killedFor ??= reason;
    child.kill('SIGKILL');
  };
  const watch = async () => {
    for (;;) {
      await clock.sleep(memoryEveryMs, over.signal);
      if (clock.now() - heardAt > silentMs) kill('time');
      if ((await memoryOf(child.pid)) > memory) kill('memory');
    }
  };
  const abort = () => kill();
  signal.addEventListener('abort', abort, { once: true });
  void exited.then(() => {
    over.abort();
    signal.removeEventListener('abort', abort);
  });
  // It ends when the process does.
  watch().catch(() => undefined);
  // The fourth of `stdio` is a pipe that is read.
  const pipe = child.stdio[messagePipe] as Readable;
  pipe.on('data', () => {
    heardAt = clock.now();
  });
  async function* messages(): AsyncGenerator<ReaderMessage, undefined> {
    for await (const line of createInterface({ input: pipe })) {
      signal.throwIfAborted();
      const message = parsed(line);
      if (message && message.kind !== 'alive') yield message;
    }
    signal.throwIfAborted();
    return undefined;
  }
  return {
    messages: messages(),
    death: async () => killedFor ?? (heapFull.has(await exited) ? 'memory' : 'crash'),
    kill: () => kill(),
  };
}

/** `undefined` for the half of a line that a process leaves when it dies. */
function parsed(line: string): ReaderMessage | undefined {
  try {
    // Written by our own code: what libraries write goes to the output.
    return JSON.parse(line) as ReaderMessage;
  } catch {
    return undefined;
  }
}

const kept = ['PATH', 'NODE_PATH', 'LD_LIBRARY_PATH', 'TMPDIR'];

const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.includes(name)));

/** In bytes. 0 where the system does not tell, as outside Linux. */
async function memoryOf(pid: number | undefined): Promise<number> {
  const pageSize = 4_096;
  const sizes = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(sizes.split(' ')[1] ?? 0) * pageSize;
}
