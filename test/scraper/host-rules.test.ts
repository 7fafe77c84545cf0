import { beforeEach, describe, expect, test } from 'vitest';
import type { ModeName } from '../../functions/platform/ids.ts';
import { readCoverage } from '../../functions/scraper/crawl/coverage-store.ts';
import { listFiles } from '../../functions/scraper/files/discovered-file-store.ts';
import { queueJob } from '../../functions/scraper/jobs/queue-job.ts';
import { listJobs } from '../../functions/scraper/jobs/store.ts';
import { followHosts } from '../../functions/scraper/pages/follow-hosts.ts';
import { noHostRules } from '../../functions/scraper/site/host-rules.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { page } from './site-server.ts';

let mode: ModeName;
let tests = 0;
beforeEach(() => {
  mode = `ruled-${(tests += 1)}` as ModeName;
});

const host = () => new URL(site.origin).host;
const block = (...blocked: string[]) => followHosts(acme, mode, { ...noHostRules, blocked }, world.effects);
const openHall = () =>
  openSite({
    '/': page('Hall', 'The hall has a grand piano.', ['/rent', '/intern/fees', '/moved', '/intern/plan.pdf']),
    '/rent': page('Rent', 'The rent is 40 euros.'),
    '/intern/fees': page('Fees', 'The fee is 7 euros.'),
    '/intern/plan.pdf': { headers: { 'content-type': 'application/pdf' }, body: '%PDF-1.7' },
    '/moved': { status: 302, headers: { location: '/intern/wages' } },
    '/intern/wages': page('Wages', 'The wage is 12 euros.'),
  });

describe('a blocked site', () => {
  test('is refused when it is asked for, before anything is fetched', async () => {
    await openHall();
    await block(host());
    await expect(world.request(`${site.origin}/`, { mode })).rejects.toThrow(
      'its site is blocked for this mode',
    );
    expect(site.requests).toEqual([]);
  });

  test('is not crawled by a job that was queued before, which says why', async () => {
    await openHall();
    const { id } = await world.request(`${site.origin}/`, { mode });
    await block(host());
    await world.run(id);
    expect(await world.job(id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('its site is blocked for this mode'),
    });
    expect(site.requests).toEqual([]);
  });

  test('is taken out of the mode that has learned it', async () => {
    await openHall();
    await world.learn(`${site.origin}/`, { mode });
    await block(host());
    const [removal] = await listJobs(acme, { mode, limit: 1 }, world.effects);
    if (!removal) throw new Error('none was queued');
    expect(removal.type).toBe('site_delete');
    await world.run(removal.id);
    expect(await world.ask('What is the rent?', mode)).toEqual([]);
    await block(host(), 'other.example');
    expect((await listJobs(acme, { mode, limit: 1 }, world.effects))[0]?.id).toBe(removal.id);
  });

  test('may be a part of a site: its pages and files are left out, by redirects too, and the report says why', async () => {
    await openHall();
    await block(`${host()}/intern`);
    const job = await world.learn(`${site.origin}/`, { mode });
    expect(job).toMatchObject({ status: 'completed', result: { pages: 2 } });
    expect(site.asked(/^\/intern/)).toEqual([]);
    expect(await listFiles(acme, { mode, status: 'discovered' }, world.effects)).toEqual([]);
    const [coverage] = await readCoverage(acme, job.id, world.effects);
    expect(coverage?.report.skipped).toContainEqual(
      expect.objectContaining({
        reason: 'its site is blocked for this mode',
        addresses: expect.arrayContaining([`${site.origin}/intern/fees`]),
      }),
    );
  });

  test('is not visited anew either, and what was learned stays until it is taken out', async () => {
    await openHall();
    await world.learn(`${site.origin}/`, { mode });
    await block(`${host()}/intern`);
    const before = site.requests.length;
    const about = { url: `${site.origin}/intern/fees`, site: host(), mode, maxPages: 1 };
    const pages = [`${host()}/intern/fees`];
    const { id } = await queueJob(acme, { ...about, type: 'single_url_refresh', pages }, world.effects);
    await world.run(id);
    expect(await world.job(id)).toMatchObject({
      status: 'failed',
      error: 'its site is blocked for this mode',
    });
    expect(site.requests.slice(before).map(({ path }) => path)).toEqual(['/robots.txt']);
  });
});

test('where a mode uses its preferred sites alone, no other is learned', async () => {
  await openHall();
  const rules = { preferred: ['other.example'], blocked: [], allowOthers: false };
  await followHosts(acme, mode, rules, world.effects);
  await expect(world.request(`${site.origin}/`, { mode })).rejects.toThrow('its preferred sites alone');
  await followHosts(acme, mode, { ...rules, preferred: [host()] }, world.effects);
  expect((await world.learn(`${site.origin}/`, { mode })).result).toMatchObject({ pages: 4 });
});
