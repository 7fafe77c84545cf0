import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { functionProcess, type ProcessOptions } from '../../local/functions/function-process.ts';
import { type LambdaFunction, lambdaFunction } from '../../local/functions/lambda-function.ts';
import { isAlive } from './start-process.ts';

let directory: string;
let warnings: string[];
const stops: (() => Promise<void>)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'switchboard-functions-'));
  warnings = [];
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()));
  rmSync(directory, { recursive: true, force: true });
});

/** A function that answers with the number of its process. */
function whoFunction(options: Partial<ProcessOptions> = {}): LambdaFunction {
  const process = functionProcess({
    name: 'Who',
    entry: 'test/local/fixtures/slow-start.ts',
    handler: 'who',
    environment: {},
    localMode: { openWorkspace: 'open', secretsFile: 'none', indexDirectory: directory },
    socketDirectory: directory,
    logFile: join(directory, 'Who.log'),
    idleMs: 60_000,
    report: { say() {}, warn: line => warnings.push(line) },
    ...options,
  });
  stops.push(process.stop);
  return lambdaFunction({ name: 'Who', arn: 'arn', memoryMb: 128, timeoutSeconds: 20 }, process);
}

const ended = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await delay(20);
};

it('runs from its first call on, in one process for all who call at once', async () => {
  const { invoke } = whoFunction({ environment: { START_MS: '500' } });
  await delay(200);
  expect(existsSync(join(directory, 'Who.log'))).toBe(false);
  const pids = await Promise.all(Array.from({ length: 20 }, () => invoke({})));
  expect(new Set(pids).size).toBe(1);
  expect(await invoke({})).toBe(pids[0]);
});

it('ends when nobody has called it for a while, and starts again for the next', async () => {
  const { invoke } = whoFunction({ idleMs: 100 });
  const pid = Number(await invoke({}));
  await ended(pid);
  expect(await invoke({})).not.toBe(pid);
  expect(warnings).toEqual([]);
});

it('does not end while it is answering', async () => {
  const { invoke } = whoFunction({ idleMs: 50 });
  const long = invoke({ ms: 1_500 });
  const short = await invoke({});
  expect(await long).toBe(short);
});

it('loses no call that comes while it ends', async () => {
  const { invoke } = whoFunction({ idleMs: 0 });
  for (let call = 0; call < 5; call += 1) expect(await invoke({})).toBeGreaterThan(0);
});

it('is waited for when it starts slowly', async () => {
  const { invoke } = whoFunction({ environment: { START_MS: '3000' } });
  expect(await invoke({})).toBeGreaterThan(0);
});

it('is given up when it does not start: which it was, after how long, and what to do', async () => {
  const { invoke } = whoFunction({ environment: { START_MS: '60000' }, startWithinMs: 1_000 });
  const said =
    /^the function Who did not start: it was given up after \d+\.\d s\. Stop what else .*; its log says more: .*Who\.log$/;
  await expect(invoke({})).rejects.toThrow(said);
  expect(warnings).toEqual([expect.stringMatching(said)]);
});

it('says at once that it ended instead of starting, and is tried again by the next call', async () => {
  const { invoke } = whoFunction({ environment: { START_EXIT: '7' } });
  const said = /^the function Who did not start: it ended after \d+\.\d s \(exit code 7\); its log says more/;
  await expect(invoke({})).rejects.toThrow(said);
  await expect(invoke({})).rejects.toMatchObject({ kind: 'not started' });
  expect(readFileSync(join(directory, 'Who.log'), 'utf8')).toBe('');
});
