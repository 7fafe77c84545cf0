import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeMode, deleteMode } from '../../functions/assistant/change-modes.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { noteSeed } from '../../functions/scraper/crawl/seed-store.ts';
import { modeLearning, readPlan, stampPlan } from '../../functions/scraper/index.ts';
import { type AdminWorld, acme, startAdmin } from './admin-world.ts';

let world: AdminWorld;
let key: string;
beforeAll(async () => {
  world = await startAdmin();
  ({ key } = await world.key(acme));
});
afterAll(() => world.stop());

const call = (method: string, path: string, body?: unknown) => world.call(method, path, { as: key, body });
const create = (body: unknown) => call('POST', '/admin/modes', body);
const read = (mode: string) => call('GET', `/admin/modes/${mode}`);
const change = (mode: string, body: unknown) => call('PUT', `/admin/modes/${mode}`, body);

describe('what a mode learns', () => {
  const museum = 'https://museum.example/';

  it('is nothing by itself, at first', async () => {
    expect((await create({ name: 'idle' })).body).toMatchObject({
      scrape_sites: [],
      scrape_frequency: 'manual',
      has_scraped_content: false,
      last_scraped_at: null,
    });
  });

  it('is kept as it was given, each site once, and a change keeps what it leaves out', async () => {
    const { body } = await create({ name: 'learner', scrape_sites: [museum, `${museum}a/`, museum] });
    expect(body).toMatchObject({ scrape_sites: [museum, `${museum}a/`], scrape_frequency: 'manual' });
    await change('learner', { scrape_frequency: 'weekly' });
    await change('learner', { title: 'Learner' });
    expect((await read('learner')).body).toMatchObject({
      title: 'Learner',
      scrape_sites: [museum, `${museum}a/`],
      scrape_frequency: 'weekly',
    });
    expect((await change('learner', { scrape_sites: [] })).body).toMatchObject({
      scrape_sites: [],
      scrape_frequency: 'weekly',
    });
  });

  it('leaves out the sites that the mode blocks, with that reason, until it blocks them no more', async () => {
    await create({ name: 'choosy', scrape_sites: [museum], blocked_sites: ['*.example', 'museum.example'] });
    const ask = () => call('POST', '/admin/scrape', { url: `${museum}a/`, mode: 'choosy' });
    const trigger = () => call('POST', '/admin/scrape/trigger/choosy');
    const refusal = { error: { message: expect.stringContaining('its site is blocked for this mode') } };
    expect(await ask()).toMatchObject({ status: 400, body: refusal });
    expect(await trigger()).toMatchObject({ status: 400, body: refusal });
    await change('choosy', { blocked_sites: ['*.museum.example'] });
    expect((await ask()).status).toBe(202);
    expect((await trigger()).status).toBe(202);
  });

  it('is shown with when it last learned and whether anything came of it, which no client writes', async () => {
    await create({ name: 'shown', scrape_sites: [museum] });
    const sent = { has_scraped_content: true, last_scraped_at: '2020-01-01T00:00:00Z', has_files: true };
    const { body, headers } = await change('shown', sent);
    expect(body).toMatchObject({ has_scraped_content: false, last_scraped_at: null });
    expect(headers.get('x-ignored-fields')).toBe('has_scraped_content, last_scraped_at, has_files');
    await stampPlan(acme, 'shown' as ModeName, world.effects);
    const seed = { mode: 'shown' as ModeName, url: museum, site: 'museum.example', maxPages: 10 };
    await noteSeed(acme, seed, world.effects);
    const learned = {
      has_scraped_content: true,
      last_scraped_at: new Date(world.effects.clock.now()).toISOString(),
    };
    expect((await read('shown')).body).toMatchObject(learned);
    expect((await call('GET', '/admin/modes')).body['modes']).toContainEqual(
      expect.objectContaining({ name: 'shown', ...learned }),
    );
  });

  it('goes with its mode: a later one of that name begins anew', async () => {
    await create({ name: 'anew', scrape_sites: [museum], scrape_frequency: 'daily' });
    await call('DELETE', '/admin/modes/anew');
    expect((await create({ name: 'anew' })).body).toMatchObject({
      scrape_sites: [],
      scrape_frequency: 'manual',
    });
  });

  it('is not kept for a mode that is deleted while it is changed', async () => {
    await create({ name: 'racing' });
    const learning = modeLearning(world.effects);
    const racing: typeof learning = {
      ...learning,
      async change(...change) {
        await deleteMode(acme, 'racing' as ModeName, learning, world.effects);
        await learning.change(...change);
      },
    };
    await expect(
      changeMode(acme, 'racing' as ModeName, { scrape_sites: [museum] }, 'key:k', racing, world.effects),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect((await readPlan(acme, 'racing' as ModeName, world.effects)).sites).toEqual([]);
  });
});
