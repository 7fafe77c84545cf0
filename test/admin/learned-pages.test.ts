import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DocumentId, ModeName, ScrapeJobId } from '../../functions/platform/ids.ts';
import { type PageRecord, putPages } from '../../functions/scraper/crawl/page-store.ts';
import { noteSeed } from '../../functions/scraper/crawl/seed-store.ts';
import { listBlocked } from '../../functions/scraper/pages/blocked-page-store.ts';
import { contentIdOf } from '../../functions/scraper/pages/content-id.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

const site = 'museum.example';
let world: AdminWorld;
let key: string;
let foreign: string;
let mode: ModeName;
let tests = 0;

beforeAll(async () => {
  world = await startAdmin();
  ({ key } = await world.key(acme));
  foreign = (await world.key(globex)).key;
});
afterAll(() => world.stop());

/** Each test has a mode of its own, which has learned two pages; a third could not be read. */
beforeEach(async () => {
  mode = `museum-${(tests += 1)}` as ModeName;
  await call('POST', '/admin/modes', {
    name: mode,
    scrape_sites: [`https://${site}/`, 'https://shop.example/'],
  });
  const url = `https://${site}/`;
  await noteSeed(acme, { mode, url, site, maxPages: 10 }, world.effects);
  const record = (path: string, rest: Partial<PageRecord>): PageRecord => ({
    key: `${site}/${mode}${path}`,
    url: `${url}${mode}${path}`,
    outcome: 'learned',
    job: 'j' as ScrapeJobId,
    change: 'added',
    reached: { [`${mode} ${url}`]: 'j' },
    depth: 1,
    links: [],
    ...rest,
  });
  const document = (name: string) => `page-${mode}-${name}` as DocumentId;
  const pages = [
    record('/hours', {
      title: 'Hours',
      words: 12,
      learnedAt: '2026-01-02T00:00:00Z',
      document: document('hours'),
    }),
    record('/rent', {
      title: 'Rent',
      words: 30,
      learnedAt: '2026-01-01T00:00:00Z',
      document: document('rent'),
    }),
    record('/lost', { outcome: 'failed', change: 'failed', reason: 'HTTP 403' }),
    record('/copy', { outcome: 'alias', change: 'skipped', aliasOf: `${site}/${mode}/rent` }),
  ];
  await putPages(acme, site, pages, world.effects);
});

const call = (method: string, path: string, body?: unknown, as = key) =>
  world.call(method, path, { as, body });
const idOf = (path: string): string => contentIdOf(`${site}/${mode}${path}`);
const activeJobs = async () => (await call('GET', `/admin/scrape/active-jobs/${mode}`)).body.jobs;

describe('the pages of a mode', () => {
  it('are listed with what is known of them, the newest first; copies are not', async () => {
    const { body } = await call('GET', `/admin/scraped-content?mode=${mode}`);
    expect(body.scraped_content).toEqual([
      expect.objectContaining({
        _id: idOf('/hours'),
        mode,
        modes: [mode],
        title: 'Hours',
        status: 'active',
        scraped_at: '2026-01-02T00:00:00Z',
        error_message: null,
        word_count: 12,
      }),
      expect.objectContaining({ title: 'Rent', status: 'active' }),
      expect.objectContaining({ _id: idOf('/lost'), status: 'failed', error_message: 'HTTP 403' }),
    ]);
  });

  it('are summed up by site, without those that could not be read', async () => {
    const { body } = await call('GET', `/admin/scrape/sites/${mode}`);
    const sample_url = `https://${site}/${mode}/rent`;
    const last_scraped = '2026-01-02T00:00:00Z';
    expect(body.sites).toEqual([{ domain: site, total_pages: 2, total_words: 42, last_scraped, sample_url }]);
  });

  it('are shown with the plan by which they are learned', async () => {
    const { body } = await call('GET', `/admin/scrape/status/${mode}`);
    expect(body).toMatchObject({
      mode,
      has_scraped_content: true,
      scrape_frequency: 'manual',
      configured_sites: [`https://${site}/`, 'https://shop.example/'],
      last_scraped_at: null,
    });
    expect(body.scraped_content).toHaveLength(3);
  });

  it('are taken out one by one or by site, each by a job', async () => {
    const one = await call('DELETE', `/admin/scraped-content/${idOf('/rent')}`);
    expect(one).toMatchObject({ status: 202, body: { status: 'queued' } });
    const whole = await call('DELETE', `/admin/scrape/site/${mode}/${site}`);
    expect(whole).toMatchObject({ status: 202, body: { status: 'deleting' } });
    const jobs = await activeJobs();
    expect(jobs).toHaveLength(2);
    expect(jobs).toContainEqual(
      expect.objectContaining({ job_type: 'site_delete', domain: site, status: 'queued' }),
    );
    expect(jobs).toContainEqual(
      expect.objectContaining({ _id: one.body.job_id, job_type: 'delete_content' }),
    );
  });

  it('are taken out by a site in any spelling', async () => {
    const whole = await call('DELETE', `/admin/scrape/site/${mode}/WWW.Museum.example`);
    expect(whole).toMatchObject({ status: 202, body: { status: 'deleting' } });
    expect(await activeJobs()).toEqual([
      expect.objectContaining({
        job_type: 'site_delete',
        domain: site,
        progress: expect.objectContaining({ total: 0, current: 0 }),
      }),
    ]);
    expect((await call('DELETE', `/admin/scrape/site/${mode}/shop.example`)).status).toBe(404);
  });

  it('of all modes are listed where a form names none', async () => {
    const all = (await call('GET', '/admin/scraped-content')).body;
    expect(all.scraped_content.length).toBeGreaterThanOrEqual(3);
    expect((await call('GET', '/admin/scraped-content?mode=')).body).toEqual(all);
    await call('POST', `/admin/scrape/trigger/${mode}`);
    const { jobs } = (await call('GET', '/admin/scrape/jobs')).body;
    expect(jobs.length).toBeGreaterThan(0);
    expect((await call('GET', '/admin/scrape/jobs?mode=')).body).toEqual({ jobs });
  });

  it.each([
    ['no id', '%21', 400],
    ['a text that is no address', contentIdOf('nothing'), 400],
    ['a text that is too long for one', contentIdOf(`${site}/${'x'.repeat(1000)}`), 400],
    ['a text with characters that addresses escape', contentIdOf(`${site}/${'\u{1f600}'.repeat(300)}`), 400],
    ['a page that nobody has learned', contentIdOf(`${site}/unknown`), 404],
  ])('are refused for what is none: %s', async (_, id, status) => {
    expect((await call('DELETE', `/admin/scraped-content/${id}`)).status).toBe(status);
    expect((await call('POST', `/admin/scrape/refresh/${id}`)).status).toBe(status);
    expect(await activeJobs()).toEqual([]);
  });

  it('of another workspace do not exist', async () => {
    expect((await call('DELETE', `/admin/scraped-content/${idOf('/rent')}`, undefined, foreign)).status).toBe(
      404,
    );
    expect((await call('GET', `/admin/scraped-content?mode=${mode}`, undefined, foreign)).status).toBe(404);
    expect((await call('GET', '/admin/scraped-content', undefined, foreign)).body.scraped_content).toEqual(
      [],
    );
  });
});

describe('learning all sites of a mode', () => {
  it('is one job for all of them', async () => {
    const { status, body } = await call('POST', `/admin/scrape/trigger/${mode}`);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { status: 'queued', mode_name: mode, total_sites: 2 },
    });
    const job = await call('GET', `/admin/scrape/job/${body.job_id}`);
    expect(job.body).toMatchObject({ job_type: 'scrape', domain: site, total_sites: 2, sites: [] });
    const { last_scraped_at: at } = (await call('GET', `/admin/scrape/status/${mode}`)).body;
    expect(at).not.toBeNull();
  });

  it('leaves out a site that can not be learned, and says so', async () => {
    await call('PUT', `/admin/modes/${mode}`, { scrape_sites: ['http://10.0.0.1/', `https://${site}/`] });
    const { body } = await call('POST', `/admin/scrape/trigger/${mode}`);
    expect(body).toMatchObject({
      total_sites: 1,
      message: expect.stringContaining('1 left out: can not learn'),
    });
    await call('PUT', `/admin/modes/${mode}`, { scrape_sites: ['http://10.0.0.1/'] });
    expect((await call('POST', `/admin/scrape/trigger/${mode}`)).status).toBe(400);
  });

  it('is refused for a mode that names none', async () => {
    await call('PUT', `/admin/modes/${mode}`, { scrape_sites: [] });
    expect((await call('POST', `/admin/scrape/trigger/${mode}`)).status).toBe(400);
  });
});

describe('blocking pages', () => {
  const blockedUrls = async () => (await call('GET', `/admin/modes/${mode}`)).body.blocked_page_urls;

  it('tells the settings by which answers go, and takes the page out', async () => {
    const { body } = await call('POST', `/admin/scrape/block-page/${mode}`, { content_id: idOf('/rent') });
    expect(body).toMatchObject({ status: 'blocked', normalized_url: `${site}/${mode}/rent` });
    expect(await blockedUrls()).toEqual([`https://${site}/${mode}/rent`]);
    expect(await activeJobs()).toEqual([
      expect.objectContaining({ _id: body.job_id, job_type: 'delete_content' }),
    ]);
    expect((await call('GET', `/admin/scrape/blocked-pages/${mode}`)).body).toMatchObject({
      mode,
      count: 1,
      blocked_pages: [{ normalized_url: `${site}/${mode}/rent`, title: 'Rent' }],
    });
  });

  it('works for an address that nothing was learned from, without a job', async () => {
    const { body } = await call('POST', `/admin/scrape/block-page/${mode}`, {
      url: 'https://museum.example/secret/',
    });
    expect(body).toEqual({ status: 'blocked', normalized_url: 'museum.example/secret', job_id: null });
  });

  it('works for several, and can be undone', async () => {
    const content_ids = [idOf('/rent'), idOf('/hours')];
    const { body } = await call('POST', `/admin/scrape/block-pages/${mode}`, { content_ids });
    expect(body).toMatchObject({ status: 'blocked', count: 2 });
    expect(body.job_ids).toHaveLength(1);
    const normalized_urls = [`${site}/${mode}/rent`];
    await call('POST', `/admin/scrape/unblock-pages/${mode}`, { normalized_urls });
    expect(await blockedUrls()).toEqual([`https://${site}/${mode}/hours`]);
    await call('POST', `/admin/scrape/unblock-page/${mode}`, { normalized_url: `${site}/${mode}/hours` });
    expect(await blockedUrls()).toEqual([]);
  });

  it('is undone for an address in any spelling, and tells how many pages were blocked', async () => {
    const unblock = (body: object) => call('POST', `/admin/scrape/unblock-page/${mode}`, body);
    const content_ids = [idOf('/rent'), idOf('/hours')];
    await call('POST', `/admin/scrape/block-pages/${mode}`, { content_ids });
    const normalized_url = `${site}/${mode}/rent`;
    expect((await unblock({ normalized_url: `http://www.${normalized_url}/#top` })).body).toEqual({
      status: 'unblocked',
      normalized_url,
    });
    const normalized_urls = [`https://${site}/${mode}/hours`, normalized_url, 'x'.repeat(3000)];
    const { body } = await call('POST', `/admin/scrape/unblock-pages/${mode}`, { normalized_urls });
    expect(body).toEqual({ status: 'unblocked', count: 1 });
    expect(await blockedUrls()).toEqual([]);
    for (const wrong of ['', 'http://', 'x'.repeat(1500)])
      expect((await unblock({ normalized_url: wrong })).status).toBe(400);
  });

  it('is for pages of the mode', async () => {
    const other = `${mode}-other`;
    await call('POST', '/admin/modes', { name: other });
    const content_id = idOf('/rent');
    const block = (path: string, body: object) => call('POST', `/admin/scrape/${path}/${other}`, body);
    expect((await block('block-page', { content_id })).status).toBe(400);
    expect((await block('block-pages', { content_ids: [content_id] })).status).toBe(400);
    const unknown = contentIdOf('museum.example/unknown');
    expect((await block('block-pages', { content_ids: [unknown] })).status).toBe(404);
    expect((await call('GET', `/admin/scrape/blocked-pages/${other}`)).body.count).toBe(0);
  });

  it('by the settings of the mode does the same', async () => {
    await call('PUT', `/admin/modes/${mode}`, { blocked_page_urls: [`https://${site}/${mode}/rent`] });
    expect((await listBlocked(acme, mode, world.effects)).map(page => page.key)).toEqual([
      `${site}/${mode}/rent`,
    ]);
    expect(await activeJobs()).toHaveLength(1);
    await call('PUT', `/admin/modes/${mode}`, { blocked_page_urls: [] });
    expect(await listBlocked(acme, mode, world.effects)).toEqual([]);
  });

  it.each([
    ['nothing named', {}, 400],
    ['no address', { url: 'mailto:a@museum.example' }, 400],
    ['an unknown page', { content_id: contentIdOf('museum.example/unknown') }, 404],
  ])('is refused: %s', async (_, body, status) => {
    expect((await call('POST', `/admin/scrape/block-page/${mode}`, body)).status).toBe(status);
  });

  it('goes with its mode: a later one of that name blocks nothing', async () => {
    await call('POST', `/admin/scrape/block-page/${mode}`, { content_id: idOf('/rent') });
    await call('DELETE', `/admin/modes/${mode}`);
    expect(await listBlocked(acme, mode, world.effects)).toEqual([]);
  });
});
