import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { descendants } from './start-process.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ openAiKey: 'sk-not-shown', skipSampleSite: true });
}, 120_000);
afterAll(() => world.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${world.url}${path}`, { headers });
const asAdmin = () => ({ authorization: `Bearer ${world.adminKey}` });

describe('the product on a laptop', () => {
  it('runs every function of the template', () => {
    expect(world.functionNames.toSorted()).toEqual([
      'AdminApi',
      'ChatApi',
      'ChatRunWorker',
      'KnowledgeDocumentParser',
      'KnowledgeIndexWriter',
      'RendererRender',
      'ScraperPlans',
      'ScraperScrape',
    ]);
  });

  it('tells how it is, and by which model it answers', async () => {
    const response = await get('/api/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ok',
      model: expect.stringContaining('gpt-5-mini'),
    });
  });

  it('routes the API and the admin API to their functions', async () => {
    expect(await (await get('/openapi.json')).json()).toMatchObject({
      openapi: expect.stringMatching(/^3\./),
    });
    expect((await get('/admin/keys')).status).toBe(401);
    const keys = await get('/admin/keys', asAdmin());
    expect(keys.status).toBe(200);
    expect(await keys.json()).toMatchObject({ keys: [{ name: 'local start', scope: 'admin' }] });
    expect((await get('/api/threads/00000000-0000-4000-8000-000000000000')).status).toBe(404);
    expect(keys.headers.get('content-security-policy')).toContain("default-src 'none'");
    // By the gateway itself, and to be quoted like any other.
    const unknown = await get('/api/nothing');
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
    expect(unknown.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  it('lets the widget stand on its own origin, for which any program may say that it asks', async () => {
    const { keys } = (await (await get('/admin/widget/keys', asAdmin())).json()) as {
      keys: { key: string }[];
    };
    const widget = await (await get('/admin/widget', asAdmin())).json();
    expect(widget, 'called as its mode').toMatchObject({ widgetName: "Tern Harbour Makers' Hall" });
    const config = async (headers: Record<string, string>) =>
      (await get('/api/widget/config', { 'x-api-key': keys[0]?.key ?? '', ...headers })).status;
    expect(await config({ origin: world.url })).toBe(200);
    expect(await config({ origin: `http://localhost:${world.port}` })).toBe(200);
    expect(await config({ origin: `http://localhost.example.org:${world.port}` })).toBe(403);
    expect(await config({ origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await config({})).toBe(403);
  });

  it('keeps the secrets in one file, out of environments and logs', () => {
    const secrets: unknown = JSON.parse(readFileSync(`${world.dataDir}/secrets.json`, 'utf8'));
    expect(secrets).toMatchObject({ 'openai-api-key': 'sk-not-shown', 'origin-secret': expect.any(String) });
    for (const pid of descendants(process.pid)) {
      try {
        expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('sk-not-shown');
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error;
      }
    }
  });

  it('starts a killed function again', async () => {
    await world.kill('ChatApi');
    expect((await get('/api/health')).status).toBe(200);
    await expect(world.kill('Nobody')).rejects.toThrow('no function Nobody; there are');
  });

  it('outlives the death of an emulator', async () => {
    const created = await fetch(`${world.url}/api/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Before' }),
    });
    expect(created.status).toBe(200);
    const dynamo = descendants(process.pid).find(pid => {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return command.includes('emulator-host.ts') && command.includes(`${world.dataDir}/dynamo`);
    });
    if (dynamo === undefined) throw new Error('the emulator of the tables has no process of its own');
    process.kill(dynamo, 'SIGKILL');
    await delay(100);
    await expect
      .poll(async () => (await get('/api/health')).status, { timeout: 20_000, interval: 200 })
      .toBe(200);
    const again = await fetch(`${world.url}/api/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Before' }),
    });
    expect(again.status).toBe(401);
  });
});
