import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModeByName, getMode, visiblePartOf } from '../../functions/assistant/index.ts';
import { loadPages, type PageRecord, putPages } from '../../functions/scraper/crawl/page-store.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import {
  authenticateWidgetKey,
  createApiKey,
  leaveMode,
  mintVisitorToken,
} from '../../functions/tenants/index.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

let world: AdminWorld;
let keys: { acme: string; globex: string; chat: string };
beforeAll(async () => {
  world = await startAdmin();
  const keyOf = async (workspace: typeof acme, scope: 'admin' | 'chat') =>
    (await createApiKey(workspace, { name: scope, scope }, world.effects)).key;
  keys = {
    acme: await keyOf(acme, 'admin'),
    globex: await keyOf(globex, 'admin'),
    chat: await keyOf(acme, 'chat'),
  };
});
afterAll(() => world.stop());

type Body = Record<string, unknown> & { error?: { code: string } };
async function call(method: string, path: string, body?: unknown, key = keys.acme) {
  const response = await world.app.request(path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}
const create = (body: unknown, key?: string) => call('POST', '/admin/modes', body, key);

describe('POST /admin/modes', () => {
  it('makes a mode with what is given and the usual for the rest', async () => {
    const { status, body } = await create({
      name: 'tickets',
      title: ' Tickets ',
      color: 'ABCDEF',
      text_color: 'white',
      preferred_sites: ['https://Museum.example/'],
      scrape_frequency: 'daily',
      nonsense: 1,
      has_files: true,
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      _id: 'tickets',
      name: 'tickets',
      title: 'Tickets',
      color: '#abcdef',
      text_color: '#ffffff',
      preferred_sites: ['museum.example'],
      scrape_frequency: 'daily',
      priority_source: 'sites',
      model: 'auto',
      history_messages: 6,
      updated_by: expect.stringMatching(/^key:/),
    });
    expect(body).not.toHaveProperty('nonsense');
    expect(body).not.toHaveProperty('has_files');
    expect(body).not.toHaveProperty('user_id');
  });

  it('keeps what is for files and construction documents, and tells no visitor that they are read', async () => {
    const given = {
      blocked_file_urls: ['https://museum.example/old.pdf'],
      doc_intelligence_enabled: true,
      doc_intelligence_settings: { enabled: true, auto_ingest: true, storage_prefix: 'plans' },
    };
    await create({ name: 'builders', ...given });
    const { body } = await call('PUT', '/admin/modes/builders', {
      doc_intelligence_settings: { enabled: false },
    });
    expect(body).toMatchObject({
      ...given,
      doc_intelligence_settings: { enabled: false, auto_ingest: false, storage_prefix: 'doc_intel' },
    });
    const found = await findModeByName('builders', world.effects);
    expect(found && visiblePartOf(found.mode)).toMatchObject({ doc_intelligence_enabled: false });
    const bad = { doc_intelligence_settings: { storage_prefix: '../globex' } };
    expect(await call('PUT', '/admin/modes/builders', bad)).toMatchObject({ status: 400 });
  });

  it('refuses a name that is taken, in this workspace or another', async () => {
    await create({ name: 'taken' });
    expect(await create({ name: 'taken', title: 'Mine now' })).toMatchObject({ status: 409 });
    expect(await create({ name: 'taken' }, keys.globex)).toMatchObject({ status: 409 });
    expect((await call('GET', '/admin/modes/taken')).body['title']).toBe('Assistant');
  });

  it('reads the old word for files first', async () => {
    expect((await create({ name: 'old-files', prioritize_files: true })).body['priority_source']).toBe(
      'files',
    );
    const both = { name: 'old-both', prioritize_files: true, priority_source: 'sites' };
    expect((await create(both)).body['priority_source']).toBe('sites');
  });

  it.each<[string, unknown]>([
    ['no name', { title: 'x' }],
    ['a name that is none', { name: 'Not A Name' }],
    ['a number for a text', { name: 'bad', title: 7 }],
    ['a title that turns the text after it', { name: 'bad', title: 'a\u202Eb' }],
    ['a prompt of two lines', { name: 'bad', prompts: ['a\nb'] }],
    ['a colour that is no text', { name: 'bad', color: 7 }],
    ['prompts that are no list', { name: 'bad', prompts: 'x' }],
    ['an unknown frequency', { name: 'bad', scrape_frequency: 'hourly' }],
    ['a site that is none', { name: 'bad', scrape_sites: ['javascript:alert(1)'] }],
    ['a site without a scheme', { name: 'bad', scrape_sites: ['museum.example'] }],
    ['a site with a password', { name: 'bad', scrape_sites: ['https://me:secret@museum.example/'] }],
    ['a site that is no text', { name: 'bad', scrape_sites: [7] }],
    [
      'too many sites',
      { name: 'bad', scrape_sites: Array.from({ length: 51 }, (_, n) => `https://s${n}.example/`) },
    ],
    ['too long a site', { name: 'bad', scrape_sites: [`https://museum.example/${'a'.repeat(900)}`] }],
    ['an unknown model', { name: 'bad', model: 'gpt-5-pro' }],
    ['too long an answer', { name: 'bad', max_tokens: 1_000_000 }],
    ['a list', []],
  ])('refuses %s with 400 and the error shape, and makes nothing', async (_, body) => {
    const refused = await create(body);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
    expect(await findModeByName('bad', world.effects)).toBeUndefined();
  });
});

describe('PUT /admin/modes/{id}', () => {
  it('changes what is given and keeps everything else, the source of priority included', async () => {
    await create({ name: 'kept', tags: ['a'], priority_source: 'files', temperature: 0.5, max_tokens: 300 });
    const { status, body } = await call('PUT', '/admin/modes/kept', {
      title: 'New',
      name: 'other',
      user_id: 'x',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      _id: 'kept',
      name: 'kept',
      title: 'New',
      tags: ['a'],
      priority_source: 'files',
      temperature: 0.5,
      max_tokens: 300,
    });
    expect((await call('PUT', '/admin/modes/kept', { temperature: null })).body).not.toHaveProperty(
      'temperature',
    );
    expect((await call('GET', '/admin/modes/kept')).body).toMatchObject({ title: 'New', tags: ['a'] });
  });

  it('keeps both of two changes at once', async () => {
    await create({ name: 'both' });
    await Promise.all([
      call('PUT', '/admin/modes/both', { title: 'A' }),
      call('PUT', '/admin/modes/both', { intro: 'B' }),
    ]);
    expect((await call('GET', '/admin/modes/both')).body).toMatchObject({ title: 'A', intro: 'B' });
  });

  it('makes no mode that is not there', async () => {
    expect(await call('PUT', '/admin/modes/nowhere', { title: 'x' })).toMatchObject({ status: 404 });
    expect(await getMode(acme, 'nowhere' as ModeName, world.effects)).toBeUndefined();
  });
});

describe('DELETE /admin/modes/{id}', () => {
  it('takes the mode away and frees its name for everybody', async () => {
    await create({ name: 'passing' });
    expect(await call('DELETE', '/admin/modes/passing')).toMatchObject({
      status: 200,
      body: { success: true },
    });
    expect(await call('GET', '/admin/modes/passing')).toMatchObject({ status: 404 });
    expect(await call('DELETE', '/admin/modes/passing')).toMatchObject({ status: 404 });
    expect(await create({ name: 'passing' }, keys.globex)).toMatchObject({ status: 201 });
  });

  it('ends its crawls and has its documents forgotten, and nothing of another mode or workspace', async () => {
    await create({ name: 'crawled' });
    await create({ name: 'kept' });
    const scrape = (mode: string, key?: string) =>
      call('POST', '/admin/scrape', { url: 'https://museum.example/', mode }, key);
    for (const mode of ['crawled', 'kept']) expect((await scrape(mode)).status).toBe(202);
    const page = (key: string, ...modes: string[]): PageRecord => ({
      key,
      url: `https://museum.example/${key}`,
      outcome: 'learned',
      job: 'job' as PageRecord['job'],
      change: 'added',
      reached: Object.fromEntries(modes.map(mode => [`${mode} https://museum.example/`, 'job'])),
      depth: 0,
      links: [],
    });
    const pages = [page('one', 'crawled'), page('two', 'crawled', 'kept'), page('three', 'kept')];
    await putPages(acme, 'museum.example', pages, world.effects);
    await world.toIndex();
    await call('DELETE', '/admin/modes/crawled');
    const toIndex = await world.toIndex();
    expect(toIndex).toHaveLength(2);
    expect(toIndex).toContainEqual({ kind: 'leave', workspace: acme, mode: 'crawled' });
    expect(toIndex).toContainEqual({ kind: 'remove_files', workspace: acme, mode: 'crawled' });
    const { body } = await call('GET', '/admin/scrape/jobs');
    const modes = (body['jobs'] as { mode_name: string }[]).map(job => job.mode_name);
    expect(modes).toContain('kept');
    expect(modes).not.toContain('crawled');
    const left = await loadPages(acme, 'museum.example', world.effects);
    expect([...left].map(([key, { reached }]) => [key, Object.keys(reached)])).toEqual([
      ['three', ['kept https://museum.example/']],
      ['two', ['kept https://museum.example/']],
    ]);
  });

  it('leaves a widget that answered by it to the default mode of its workspace', async () => {
    await create({ name: 'summer' });
    await create({ name: 'winter' });
    await call('PUT', '/admin/widget', { mode: 'summer' });
    const keyed = await call('POST', '/admin/widget/keys', { name: 'shop', mode: 'summer' });
    const other = await call('POST', '/admin/widget/keys', { name: 'shop', mode: 'winter' });
    expect((await call('DELETE', '/admin/modes/summer')).status).toBe(200);
    const modeOf = async ({ body }: typeof keyed) => {
      const headers = { 'x-api-key': String(body['key']), 'sec-fetch-site': 'same-origin' };
      return (await authenticateWidgetKey(new Headers(headers), world.effects)).mode;
    };
    expect([await modeOf(keyed), await modeOf(other)]).toEqual(['acme-mode', 'winter']);
  });

  it('leaves a widget alone that was given another mode at the same moment', async () => {
    for (const name of ['monday', 'tuesday']) await create({ name });
    await call('PUT', '/admin/widget', { mode: 'monday' });
    const { tenants } = world.effects;
    let changed = false;
    const tuesday = async <T>(found: T): Promise<T> => {
      if (!changed) await call('PUT', '/admin/widget', { mode: 'tuesday' });
      changed = true;
      return found;
    };
    // Just before the first write, and just after the first read.
    const racing: typeof tenants = {
      ...tenants,
      get: async key => tuesday(await tenants.get(key)),
      update: async (key, options) => {
        await tuesday(undefined);
        return tenants.update(key, options);
      },
    };
    await leaveMode(acme, 'monday' as ModeName, { ...world.effects, tenants: racing });
    expect((await call('GET', '/admin/widget')).body).toMatchObject({ mode: 'tuesday' });
  });

  it("keeps the front page's name for its workspace: no other can answer there", async () => {
    await create({ name: 'default' });
    expect((await call('DELETE', '/admin/modes/default')).status).toBe(200);
    expect(await findModeByName('default', world.effects)).toBeUndefined();
    world.clock.now += 10 * 60_000;
    expect(await create({ name: 'default' }, keys.globex)).toMatchObject({ status: 409 });
    expect(await call('PUT', '/admin/widget', { mode: 'default' })).toMatchObject({ status: 400 });
    expect((await create({ name: 'default', title: 'Back' })).status).toBe(201);
    expect((await findModeByName('default', world.effects))?.mode.title).toBe('Back');
    expect(await call('PUT', '/admin/widget', { mode: 'default' })).toMatchObject({ status: 200 });
    await call('PUT', '/admin/widget', { mode: null });
  });

  it('leaves the default mode of a workspace', async () => {
    await create({ name: 'acme-mode' });
    expect(await call('DELETE', '/admin/modes/acme-mode')).toMatchObject({ status: 409 });
    expect(await call('GET', '/admin/modes/acme-mode')).toMatchObject({ status: 200 });
  });
});

describe("another workspace's modes", () => {
  it('are not listed, and are not there', async () => {
    await create({ name: 'secret' });
    const { body } = await call('GET', '/admin/modes', undefined, keys.globex);
    expect((body['modes'] as { name: string }[]).map(({ name }) => name)).not.toContain('secret');
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect(
        await call(method, '/admin/modes/secret', method === 'PUT' ? {} : undefined, keys.globex),
      ).toMatchObject({
        status: 404,
      });
    expect((await call('GET', '/admin/modes')).body['modes']).toContainEqual(
      expect.objectContaining({ name: 'secret' }),
    );
  });

  it('need an administrator', async () => {
    const { token } = await mintVisitorToken(acme, { mode: 'secret' as ModeName }, world.effects);
    for (const key of [keys.chat, token, 'sb_live_no']) {
      const { status } = await call('GET', '/admin/modes', undefined, key);
      expect([401, 403]).toContain(status);
    }
  });
});
