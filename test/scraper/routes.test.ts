import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpApp } from '../../functions/platform/http/http-app.ts';
import type { ModeName, ScrapeJobId, WorkspaceId } from '../../functions/platform/ids.ts';
import type { LearningModes } from '../../functions/scraper/index.ts';
import { mountLearning } from '../../functions/scraper/routes.ts';
import { putCoverage } from '../../functions/scraper/crawl/coverage-store.ts';
import { updateJob } from '../../functions/scraper/jobs/store.ts';
import type { AdminVariables } from '../../functions/tenants/index.ts';
import { acme, type ScraperWorld, startScraper } from './scraper-world.ts';

let world: ScraperWorld;
const ensured: (string | undefined)[] = [];

beforeAll(async () => {
  world = await startScraper({
    resolve: async name => {
      if (name === 'inside.example') return ['10.0.0.5'];
      if (name === 'nowhere.example') throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      return ['93.184.216.34'];
    },
  });
});
afterAll(() => world.stop());

/** No test here is about a mode that is named in the path. */
const noModes: LearningModes = {
  mustExist: () => Promise.resolve(),
  setBlockedPages: () => Promise.resolve(),
  setBlockedFiles: () => Promise.resolve(),
};

function appOf(workspace = acme) {
  const app = createHttpApp<AdminVariables>(world.effects);
  app.use(async (context, next) => {
    context.set('principal', { workspace, actor: 'key:k', role: 'admin', superAdmin: false });
    await next();
  });
  mountLearning(
    app,
    { ...world.effects, analytics: world.effects.scraper },
    async (_, name) => {
      ensured.push(name);
      return { mode: { name: (name ?? 'default') as ModeName }, created: name === 'new' };
    },
    noModes,
  );
  return app;
}

const post = (body: unknown, app = appOf()) =>
  app.request('/admin/scrape', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const get = (path: string, headers: Record<string, string> = {}, app = appOf()) =>
  app.request(`/admin/scrape/${path}`, { headers });

describe('asking for a site to be learned', () => {
  test('queues a job, creates the mode, and says so', async () => {
    const response = await post({ url: 'https://hall.example/', mode: 'new', max_pages: 10 });
    expect(response.status).toBe(202);
    const body = (await response.json()) as { job_id: string };
    expect(body).toMatchObject({ status: 'queued', mode_name: 'new', mode_created: true });
    const job = await (await get(`job/${body.job_id}`)).json();
    expect(job).toMatchObject({
      _id: body.job_id,
      mode_id: 'new',
      mode_name: 'new',
      url: 'https://hall.example/',
      status: 'queued',
      progress: { found: 0, fetched: 0, errors: [], total_sites: 1, current_site: 'https://hall.example/' },
      result: null,
      error: null,
      started_at: null,
      completed_at: null,
    });
  });

  test.each([
    ['no JSON', '{"url"'],
    ['no address', {}],
    ['an empty address', { url: ' ' }],
    ['nonsense', { url: 'http://' }],
    ['another scheme', { url: 'ftp://hall.example/' }],
    ['a script', { url: 'javascript:alert(1)' }],
    ['a scheme that looks like a host and its port', { url: 'javascript:1' }],
    ['a mail address', { url: 'mailto:hall@hall.example' }],
    ['a private address', { url: 'http://192.168.1.1/' }],
    ['loopback outside local mode', { url: 'http://127.0.0.1:3000/' }],
    ['metadata', { url: 'http://169.254.169.254/' }],
    ['a name that leads to a private address', { url: 'https://inside.example/' }],
    ['a name that leads nowhere', { url: 'https://nowhere.example/' }],
    ['a password', { url: 'https://me:secret@hall.example/' }],
    ['a file', { url: 'https://hall.example/plan.pdf' }],
    ['too many pages', { url: 'https://hall.example/', max_pages: 5001 }],
    ['no pages', { url: 'https://hall.example/', max_pages: 0 }],
    ['a number as address', { url: 7 }],
  ])('%s is refused with 400, and no mode is made for it', async (_, body) => {
    const before = ensured.length;
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'bad_request', message: expect.any(String) },
    });
    expect(ensured.length).toBe(before);
  });

  test('an address without scheme is taken for https', async () => {
    const response = await post({ url: 'hall.example' });
    expect(((await response.json()) as { message: string }).message).toContain('https://hall.example/');
  });
});

describe('following a job', () => {
  test('an unchanged job is answered with 304, a changed one with its progress', async () => {
    const { job_id: id } = (await (await post({ url: 'https://hall.example/a' })).json()) as {
      job_id: string;
    };
    const first = await get(`job/${id}`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    expect((await get(`job/${id}`, { 'if-none-match': etag })).status).toBe(304);
    await updateJob(acme, id as never, { status: 'in_progress' }, world.effects);
    const changed = await get(`job/${id}`, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ status: 'in_progress' });
  });

  test('lists the newest first, of one mode if asked, and never another workspace’s', async () => {
    await post({ url: 'https://hall.example/b', mode: 'other' });
    const { jobs } = (await (await get('jobs')).json()) as { jobs: { url: string }[] };
    expect(jobs[0]?.url).toBe('https://hall.example/b');
    expect(jobs.length).toBeGreaterThan(1);
    const filtered = (await (await get('jobs?mode=other')).json()) as { jobs: { mode_name: string }[] };
    expect(filtered.jobs.map(job => job.mode_name)).toEqual(['other']);
    const elsewhere = await get('jobs', {}, appOf('globex' as WorkspaceId));
    expect(await elsewhere.json()).toEqual({ jobs: [] });
  });

  test('a job of another workspace, and one that never was, are both not found', async () => {
    const { job_id: id } = (await (await post({ url: 'https://hall.example/c' })).json()) as {
      job_id: string;
    };
    expect((await get(`job/${id}`, {}, appOf('globex' as WorkspaceId))).status).toBe(404);
    expect((await get('job/never-was')).status).toBe(404);
    expect((await get('job/%00')).status).toBe(400);
  });

  test('deleting it cancels it; a second time there is none', async () => {
    const { job_id: id } = (await (await post({ url: 'https://hall.example/d' })).json()) as {
      job_id: string;
    };
    const remove = () => appOf().request(`/admin/scrape/job/${id}`, { method: 'DELETE' });
    const response = await remove();
    expect([response.status, await response.json()]).toEqual([200, { status: 'deleted' }]);
    expect((await remove()).status).toBe(404);
    expect((await get(`job/${id}`)).status).toBe(404);
  });
});

describe('the coverage of a job', () => {
  test('is one report for each address that it has crawled', async () => {
    const { job_id: id } = (await (await post({ url: 'https://hall.example/' })).json()) as {
      job_id: string;
    };
    expect(await (await get(`job/${id}/coverage`)).json()).toEqual({ sites: [] });
    const report = {
      learned: 3,
      sitemaps: [],
      sitemap: { named: 4, learned: 3, other_sites: 0 },
      skipped: [
        { reason: 'asks not to be indexed', count: 1, in_sitemap: 1, addresses: ['https://hall.example/a'] },
      ],
    };
    const of = { url: 'https://hall.example/', site: 'hall.example', report };
    await putCoverage(acme, id as ScrapeJobId, of, world.effects);
    expect(await (await get(`job/${id}/coverage`)).json()).toEqual({
      sites: [{ url: of.url, domain: of.site, coverage: report }],
    });
    expect((await get('job/unknown/coverage')).status).toBe(404);
  });
});
