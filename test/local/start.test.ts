import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeDataDirectory } from '../../local/start/data-directory.ts';
import { localKeyFile, readLocalKey, writeKeyFile } from '../../local/start/key-file.ts';
import { descendants, isAlive, type StartedProcess, startProcess } from './start-process.ts';

let directory: string;
let data: string;
let env: Record<string, string>;
const started: StartedProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'switchboard-start-'));
  data = join(directory, 'data');
  env = { XDG_STATE_HOME: join(directory, 'state') };
});
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL');
    await ended();
  }
  await delay(200);
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
});

function start(args: string[] = [], more: Record<string, string> = {}): StartedProcess {
  const process = startProcess(data, { ...env, ...more }, args);
  started.push(process);
  return process;
}

async function post(url: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** The text of the run's answer, as its event stream tells it. */
async function ask(
  url: string,
  thread: unknown,
  content: string,
): Promise<{ text: string; sources: { url: string }[] }> {
  const { run_id: run } = await post(url, `/api/threads/${String(thread)}/messages`, { content });
  const events = await (await fetch(`${url}/api/runs/${String(run)}/events`)).text();
  const final = /event: final\ndata: (.*)\n/.exec(events)?.[1];
  return JSON.parse(final ?? 'null') as { text: string; sources: { url: string }[] };
}

/** A busy machine may still be learning when a start stops waiting for it. */
async function askUntilLearned(url: string, thread: unknown, content: string): ReturnType<typeof ask> {
  for (const until = Date.now() + 60_000; ; await delay(500)) {
    const answer = await ask(url, thread, content);
    if (answer.sources.length > 0 || Date.now() > until) return answer;
  }
}

const mode = (path: string) => statSync(path).mode & 0o777;

it('answers the first question from the sample site, and keeps everything over a SIGKILL', async () => {
  const first = start();
  const url = await first.ready();
  const port = Number(new URL(url).port);
  expect(first.output()).toMatch(/^ +workspace +demo /m);
  // A function runs from its first call on.
  expect(readdirSync(join(data, 'log'))).toContain('ChatApi.log');
  expect(readdirSync(join(data, 'log'))).not.toContain('ChatRunWorker.log');
  const { user_id: user } = await post(url, '/api/users', { name: 'Ada' });
  const { thread_id: thread } = await post(url, '/api/threads', { user_id: user });
  const answer = await askUntilLearned(url, thread, 'When is the hall open on Saturday?');
  expect(answer.text).toMatch(/\[1\]/);
  expect(answer.sources[0]?.url).toContain(`${url}/sample/`);

  const key = readLocalKey(port, env);
  expect(key).toMatchObject({ url, key: expect.stringMatching(/^sb_live_/) });
  expect(mode(localKeyFile(port, env))).toBe(0o600);
  expect(mode(join(env['XDG_STATE_HOME'] ?? '', 'switchboard'))).toBe(0o700);
  expect(mode(join(data, 'secrets.json'))).toBe(0o600);
  expect(mode(data)).toBe(0o700);
  const secrets = readFileSync(join(data, 'secrets.json'), 'utf8');

  const processes = descendants(first.child.pid ?? 0);
  // Two of emulators, and the functions that were called.
  expect(processes.length).toBeGreaterThan(2);
  first.child.kill('SIGKILL');
  await first.ended();
  for (const until = Date.now() + 5_000; processes.some(isAlive) && Date.now() < until; ) await delay(50);
  expect(processes.filter(isAlive)).toEqual([]);

  const second = start([], { PORT: String(port) });
  expect(await second.ready()).toBe(url);
  expect(readFileSync(join(data, 'secrets.json'), 'utf8')).toBe(secrets);
  const messages = (await (await fetch(`${url}/api/threads/${String(thread)}`)).json()) as {
    messages: object[];
  };
  expect(messages.messages.slice(-1)).toMatchObject([{ role: 'assistant', content: answer.text }]);
  expect((await ask(url, thread, 'When is the hall open on Sunday?')).text).toMatch(/\[1\]/);
  // The key of the start that was killed opens nothing any more.
  const admin = (value: string) =>
    fetch(`${url}/admin/keys`, { headers: { authorization: `Bearer ${value}` } });
  expect((await admin(key?.key ?? '')).status).toBe(401);
  expect((await admin(readLocalKey(port, env)?.key ?? '')).status).toBe(200);

  const children = descendants(second.child.pid ?? 0);
  second.child.kill('SIGTERM');
  expect(await second.ended()).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(existsSync(localKeyFile(port, env))).toBe(false);
}, 180_000);

it('lets one process at a time have a data directory, and says who has it', async () => {
  const url = await start().ready();
  for (const port of ['0', new URL(url).port]) {
    const second = start([], { PORT: port });
    expect(await second.ended()).toBe(1);
    expect(second.output()).toMatch(
      new RegExp(`is running with the data in .*${url}, process \\d+; stop it`),
    );
  }
}, 120_000);

it('says that a port is taken before it makes anything', async () => {
  const other = createServer();
  await new Promise<void>(resolve => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address() as AddressInfo;
  const process = start([], { PORT: String(port) });
  expect(await process.ended()).toBe(1);
  expect(process.output()).toContain(`port ${port} is taken: stop what listens there, or choose another`);
  expect(existsSync(data)).toBe(false);
  other.close();
});

it.each(['/dev/null/data', '/proc/switchboard'])('says that it can not keep its data in %s', async path => {
  const process = startProcess(path, env, []);
  expect(await process.ended()).toBe(1);
  expect(process.output()).toMatch(
    /\/(dev\/null is not a directory|proc\/switchboard can not be made).*--data/,
  );
});

it('says that it can not write to its directory, or keep its key, and what to do', () => {
  mkdirSync(join(data, 'switchboard-data.txt'), { recursive: true });
  expect(() => takeDataDirectory(data, false)).toThrow(
    /data can not be written to: EISDIR.*choose another with --data/,
  );
  const file = localKeyFile(1, { XDG_STATE_HOME: '/dev/null' });
  expect(() => writeKeyFile(file, { url: 'http://127.0.0.1:1', key: 'k' })).toThrow(
    /the admin key can not be kept: .*\/dev\/null.*set XDG_STATE_HOME/,
  );
});

it('points to its help where a flag is wrong', async () => {
  const process = start(['--depth']);
  expect(await process.ended()).toBe(1);
  expect(process.output()).toContain("Unknown option '--depth'\nSee: npm start -- --help");
});

it('touches no directory that is not its own', async () => {
  rmSync(data, { recursive: true, force: true });
  const precious = join(directory, 'precious.txt');
  writeFileSync(precious, 'mine');
  const process = startProcess(directory, env, ['--fresh']);
  expect(await process.ended()).toBe(1);
  expect(process.output()).toContain('not a data directory of Switchboard');
  expect(readdirSync(directory)).toEqual(['precious.txt']);
});

it.each([
  [{ PORT: 'abc' }, 'PORT "abc": use a number'],
  [{ OPENAI_BASE_URL: 'ftp://x' }, 'OPENAI_BASE_URL: use an http:// or https:// address'],
])('refuses a bad setting before it starts anything: %j', async (bad, message) => {
  const process = start([], bad);
  expect(await process.ended()).toBe(1);
  expect(process.output()).toContain(message);
  expect(existsSync(data)).toBe(false);
});
