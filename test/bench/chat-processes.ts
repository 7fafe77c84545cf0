import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FromWorld, ToWorld } from './world-process.ts';

const here = import.meta.dirname;
const startsWithinMs = 120_000;

export interface BenchModel {
  readonly url: string;
  /** What every answer says. */
  readonly text: string;
  stop(): Promise<void>;
}

/** The provider's protocol fake as a process: every answer is `tokens` tokens, `apartMs` apart. */
export async function startModel(tokens: number, apartMs: number): Promise<BenchModel> {
  const script = join(here, '../support/openai-fake-server.ts');
  const { url, stop } = await startServer(script, ['--tokens', `${tokens}`, '--apart-ms', `${apartMs}`]);
  return { url, text: Array.from({ length: tokens }, (_, i) => `word${i}`).join(' '), stop };
}

/** A script that prints `listening on URL`. */
export async function startServer(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^listening on (\S+)/.exec(line) ?? [];
    if (url) return { url, stop: () => ended(child, () => child.kill('SIGTERM')) };
  }
  throw new Error(`${script} did not start`);
}

export interface BenchWorld {
  readonly url: string;
  /** May sign in, and act in every workspace. */
  readonly admin: { readonly username: string; readonly password: string };
  kill(functionName: string): Promise<void>;
  stop(): Promise<void>;
}

/** The local system as a process, with so many chunks indexed. */
export async function startBenchWorld(modelUrl: string, chunks: number): Promise<BenchWorld> {
  const child = fork(join(here, 'world-process.ts'), [modelUrl, `${chunks}`]);
  const heard = async <Is extends FromWorld['is']>(is: Is): Promise<Extract<FromWorld, { is: Is }>> => {
    const signal = AbortSignal.timeout(startsWithinMs);
    for (;;) {
      const [message] = (await once(child, 'message', { signal })) as [FromWorld];
      if (message.is === is) return message as Extract<FromWorld, { is: Is }>;
    }
  };
  const tell = (message: ToWorld) => child.send(message);
  const { url, admin } = await heard('ready');
  return {
    url,
    admin,
    async kill(name) {
      const killed = heard('killed');
      tell({ do: 'kill', name });
      await killed;
    },
    stop: () => ended(child, () => tell({ do: 'stop' })),
  };
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  end();
  await exit;
}
