import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';
import { createClient } from 'redis';
import { createResumableStreamContext } from 'resumable-stream';

/**
 * What the runs API is measured against: Vercel's AI SDK with `resumable-stream` over Redis, put together as its
 * documentation says. A message is answered with its own stream, which others could resume. It retrieves nothing and
 * keeps nothing beyond the process. `resumable-server.ts --model URL` prints `listening on URL`; it needs Debian's
 * `redis-server`.
 */
const { values } = parseArgs({ options: { model: { type: 'string', default: '' } } });

const directory = mkdtempSync(join(tmpdir(), 'switchboard-redis-'));
const path = join(directory, 'redis.sock');
const redis = await startRedis();
process.once('exit', () => {
  redis.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});
process.once('SIGTERM', () => process.exit(0));

async function startRedis(): Promise<ChildProcess> {
  const args = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', directory];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  child.once('error', ({ message }) => {
    console.error(`redis-server (a package of Debian) does not start: ${message}`);
    process.exit(1);
  });
  while (!existsSync(path)) await sleep(20);
  return child;
}

const client = () => createClient({ socket: { path, tls: false } });
const [publisher, subscriber] = [client(), client()];
await Promise.all([publisher.connect(), subscriber.connect()]);
const context = createResumableStreamContext({ waitUntil: null, publisher, subscriber });
const openai = createOpenAI({ baseURL: values.model, apiKey: 'test-key-openai' });

const server = createServer((request, response) => {
  request.resume();
  const result = streamText({
    model: openai.responses('gpt-5-mini'),
    prompt: 'a question',
    providerOptions: { openai: { store: false } },
  });
  void result.pipeUIMessageStreamToResponse(response, {
    async consumeSseStream({ stream }) {
      await context.createNewResumableStream(randomUUID(), () => stream);
    },
  });
});
server.listen(0, '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
