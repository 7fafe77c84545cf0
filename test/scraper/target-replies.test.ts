import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpApp } from '../../functions/platform/http/http-app.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { receiveScrape } from '../../functions/scraper/jobs/receive.ts';
import { mountTarget } from '../../functions/scraper/target/routes.ts';
import { createApiKey, createWorkspace } from '../../functions/tenants/index.ts';
import { quickClock } from '../support/quick-clock.ts';
import { startTenancy, type Tenancy } from '../tenants/tenancy.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';

let tenancy: Tenancy;
let key: string;
beforeAll(async () => {
  tenancy = await startTenancy();
  await createWorkspace({ id: acme, name: 'Acme', defaultMode: 'help' as ModeName }, tenancy.effects);
  ({ key } = await createApiKey(acme, { name: 'server', scope: 'chat' }, tenancy.effects));
});
afterAll(() => tenancy.stop());

/** Asks at the door, and has the worker do what comes into its queue until the door has answered. */
async function ask(path: string, body: object = {}, { worker = true, clock = world.effects.clock } = {}) {
  const effects = { ...tenancy.effects, ...world.effects, clock };
  const app = createHttpApp(effects);
  mountTarget(app, effects);
  const send = (method: string, to: string, sent?: object) =>
    app.request(to, {
      method,
      headers: { 'x-api-key': key },
      ...(sent ? { body: JSON.stringify(sent) } : {}),
    });
  const target = { type: 'div', selectors: { class: 'card' } };
  const asked = { url: `${site.origin}${path}`, target, execution: 'sync', ...body };
  const state = { answered: false };
  const answer = Promise.resolve(send('POST', '/api/scrape-target', asked)).finally(() => {
    state.answered = true;
  });
  if (worker)
    while (!state.answered)
      for (const message of await world.messages()) await receiveScrape(message, world.effects);
  const response = await answer;
  // oxlint-disable-next-line typescript/no-explicit-any -- each test asserts the form that it expects
  const reply = { status: response.status, body: (await response.json()) as any };
  const id: string = reply.body.job_id ?? reply.body.error?.details?.job_id;
  return { ...reply, id, read: async () => (await send('GET', `/api/scrape-target/${id}`)).json() };
}

test('who waits gets the elements', async () => {
  await openSite({ '/': '<!doctype html><title>t</title><div class=card id=one>Open</div>' });
  const { status, body, id, read } = await ask('/');
  const result = {
    match_count: 1,
    matches: [
      {
        text: 'Open',
        html: '<div class=card id=one>Open</div>',
        attributes: { class: 'card', id: 'one' },
        extracted_information: {},
      },
    ],
  };
  expect({ status, body }).toEqual({ status: 200, body: { status: 'completed', job_id: id, result } });
  expect(await read()).toEqual(body);
});

test.each([
  ['404 where nothing matches', '/none', 404, 'not_found', 'no element'],
  ['502 where the page can not be read', '/missing', 502, 'bad_gateway', 'the page answers 404'],
  ['502 where it is no page', '/file', 502, 'bad_gateway', 'no web page'],
])('%s, with the reason and the id of the job', async (_, path, status, code, reason) => {
  await openSite({
    '/none': '<!doctype html><title>t</title><p>No card.</p>',
    '/file': { headers: { 'content-type': 'application/pdf' }, body: '%PDF-1.7' },
  });
  const answer = await ask(path);
  expect(answer).toMatchObject({
    status,
    body: { error: { code, message: expect.stringContaining(reason), details: { job_id: answer.id } } },
  });
  expect(await answer.read()).toMatchObject({ status: 'failed', error: expect.stringContaining(reason) });
});

test('504 after the time that the caller gives, which the worker keeps', async () => {
  await openSite({ '/robots.txt': { status: 404 }, '/': () => undefined });
  // Time stands still for who waits: the worker's end comes first, however slow the machine is.
  const now = Date.now();
  const clock = { ...world.effects.clock, now: () => now };
  const answer = await ask('/', { timeout_ms: 300 }, { clock });
  expect(answer).toMatchObject({
    status: 504,
    body: { error: { code: 'timeout', message: expect.stringContaining('300 ms') } },
  });
  expect(await world.job(answer.id as never)).toMatchObject({ status: 'failed', failure: 'timeout' });
});

test('504 when no worker has begun: the job goes on, and has its result later', async () => {
  await openSite({ '/': '<!doctype html><title>t</title><div class=card>Open</div>' });
  const clock = quickClock();
  const answer = await ask('/', { timeout_ms: 300_000 }, { worker: false, clock });
  expect(answer).toMatchObject({ status: 504, body: { error: { code: 'timeout' } } });
  // It waits less than a gateway does, whatever the caller allows.
  expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(46_000);
  expect(await answer.read()).toEqual({ status: 'queued', job_id: answer.id });
  await world.run(answer.id as never);
  expect(await answer.read()).toMatchObject({ status: 'completed', result: { match_count: 1 } });
});

test('who does not wait is answered at once', async () => {
  await openSite({ '/': '<!doctype html><title>t</title><div class=card>Open</div>' });
  const { status, body, id } = await ask('/', { execution: 'async' }, { worker: false });
  expect({ status, body }).toEqual({ status: 202, body: { status: 'queued', job_id: id } });
});
