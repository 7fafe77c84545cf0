import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModeName } from '../../functions/platform/ids.ts';
import { createWidgetKey, mintVisitorToken } from '../../functions/tenants/index.ts';
import { targetEndpoints } from '../../functions/scraper/target/endpoints.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

const path = '/api/scrape-target';
const body = { url: 'https://www.example.org/list?page=1&sort=a', target: { type: 'div', selectors: {} } };
let world: AdminWorld;
/** `known`: the id of a job of ours. */
let [ours, theirs, known] = ['', '', ''];
beforeAll(async () => {
  world = await startAdmin();
  ours = (await world.key(acme, 'chat')).key;
  theirs = (await world.key(globex, 'chat')).key;
  known = (await ask(ours)).body.job_id;
});
afterAll(() => world.stop());
const ask = (as: string | undefined, changes: object = {}) =>
  world.call('POST', path, { as, body: { ...body, ...changes } });

test('a job is queued for the address with its options, and can be asked for', async () => {
  const asked = await ask(ours, { options: { page: 2, tag: ['x', 'y'], none: null } });
  expect(asked).toMatchObject({ status: 202, body: { status: 'queued', job_id: expect.any(String) } });
  const id: string = asked.body.job_id;
  expect((await world.call('GET', `${path}/${id}`, { as: ours })).body).toEqual({
    status: 'queued',
    job_id: id,
  });
  const job = await world.call('GET', `/admin/scrape/job/${id}`, { as: (await world.key(acme)).key });
  expect(job.body).toMatchObject({
    job_type: 'api_target_scrape',
    url: 'https://www.example.org/list?sort=a&page=2&tag=x&tag=y',
  });
});

test('a job of another workspace is unknown, and so is a job that learns', async () => {
  const { body: queued } = await ask(ours);
  expect((await world.call('GET', `${path}/${queued.job_id}`, { as: theirs })).status).toBe(404);
  const as = (await world.key(acme)).key;
  const learning = await world.call('POST', '/admin/scrape', { as, body: { url: 'https://example.org/' } });
  expect((await world.call('GET', `${path}/${learning.body.job_id}`, { as: ours })).status).toBe(404);
});

/** Each operation of the door, with what it is asked for. One that is missing does not compile. */
const asked: Readonly<Record<keyof typeof targetEndpoints, (as?: string) => ReturnType<typeof ask>>> = {
  scrapeTarget: as => ask(as),
  readTarget: as => world.call('GET', `${path}/${known}`, { as }),
};

describe.each(Object.keys(targetEndpoints) as (keyof typeof targetEndpoints)[])('%s', operation => {
  test('is for API keys alone', async () => {
    const visitor = await mintVisitorToken(acme, { mode: 'acme-mode' as ModeName }, world.effects);
    const widget = await createWidgetKey(acme, { name: 'site' }, world.effects);
    for (const [as, status] of [
      [undefined, 401],
      ['nonsense', 401],
      [`sb_live_${'A'.repeat(43)}`, 401],
      [widget.key, 401],
      [visitor.token, 403],
    ] as const)
      expect((await asked[operation](as)).status).toBe(status);
  });

  test('shows nothing of a workspace to the key of another', async () => {
    expect((await asked[operation](ours)).status).toBeLessThan(300);
    const { status, body } = await asked[operation](theirs);
    // Who asks for a page gets a job of their own.
    if (operation === 'scrapeTarget') expect(body.job_id).not.toBe(known);
    else expect(status).toBe(404);
  });
});

describe('refuses, with the field,', () => {
  test.each([
    ['no address', { url: '' }],
    ['an address inside', { url: 'http://127.0.0.1/' }],
    ['no element', { target: { type: '', selectors: {} } }],
    ['an attribute that is none', { target: { type: 'a', selectors: { 'x"]': 1 } } }],
    ['a time that is too long', { timeout_ms: 300_001 }],
    ['another way', { execution: 'soon' }],
  ])('%s', async (_, changes) => {
    const { status, body } = await ask(ours, changes);
    expect(status).toBe(400);
    const [field = ''] = Object.keys(changes);
    expect(JSON.stringify(body.error.details)).toContain(`"${field}"`);
  });
});
