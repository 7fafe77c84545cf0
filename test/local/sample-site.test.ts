import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';

const dataDirectory = join(mkdtempSync(join(tmpdir(), 'switchboard-sample-')), 'data');
afterAll(() => rmSync(join(dataDirectory, '..'), { recursive: true, force: true }));

async function post<T>(world: World, path: string, body: object): Promise<T> {
  const response = await fetch(`${world.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

/** Where the sources of the answer lead. */
async function sourcesOf(world: World, name: string, content: string): Promise<string[]> {
  const { user_id } = await post<{ user_id: number }>(world, '/api/users', { name });
  const { thread_id } = await post<{ thread_id: string }>(world, '/api/threads', { user_id });
  const { run_id } = await post<{ run_id: string }>(world, `/api/threads/${thread_id}/messages`, { content });
  const events = await (await fetch(`${world.url}/api/runs/${run_id}/events`)).text();
  const final = /event: final\ndata: (.*)\n/.exec(events)?.[1];
  if (final === undefined) throw new Error(events);
  const { sources } = JSON.parse(final) as { sources: { url: string }[] };
  return sources.map(({ url }) => url);
}

it('is cited where it is now, also when the port has changed since it was learned', async () => {
  const question = 'What are the opening hours of the hall?';
  const first = await startWorld({ dataDirectory });
  const before = await sourcesOf(first, 'Ada', question);
  await first.stop();
  expect(before.length).toBeGreaterThan(0);
  expect(before.filter(url => !url.startsWith(`${first.url}/sample/`))).toEqual([]);

  const second = await startWorld({ dataDirectory });
  expect(second.url).not.toBe(first.url);
  const after = await sourcesOf(second, 'Grace', question);
  const page = await fetch(after[0] ?? '');
  await second.stop();
  expect(after.filter(url => !url.startsWith(`${second.url}/sample/`))).toEqual([]);
  expect(page.status).toBe(200);
}, 180_000);
