import { beforeEach, describe, expect, test } from 'vitest';
import type { ModeName } from '../../functions/platform/ids.ts';
import { getPage } from '../../functions/scraper/crawl/page-store.ts';
import { queueJob } from '../../functions/scraper/jobs/queue-job.ts';
import { listJobs } from '../../functions/scraper/jobs/store.ts';
import type { JobType } from '../../functions/scraper/schema.ts';
import { listChanges } from '../../functions/scraper/verify/change-store.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { page } from './site-server.ts';

/** Each test has a mode of its own: of pages with the same text only one answers. */
let mode: ModeName;
let tests = 0;
beforeEach(() => {
  mode = `verified-${(tests += 1)}` as ModeName;
});

const long = Array.from({ length: 400 }, (_, n) => `word${n}`).join(' ');
const host = () => new URL(site.origin).host;
const record = (path: string) => getPage(acme, host(), `${host()}${path}`, world.effects);
const paths = async (question: string) => (await world.ask(question, mode)).map(url => new URL(url).pathname);

async function run(type: JobType, path?: string) {
  const pages = path === undefined ? {} : { pages: [`${host()}${path}`] };
  const about = { type, url: `${site.origin}${path ?? '/'}`, site: host(), mode, maxPages: 9, ...pages };
  const { id } = await queueJob(acme, about, world.effects);
  await world.run(id);
  return world.job(id);
}

async function learnHall(): Promise<void> {
  await openSite({
    '/': page('Hall', `The hall has a grand piano. ${long}`, ['/rent', '/fees']),
    '/rent': page('Rent', `The rent is 40 euros. ${long}`),
    '/fees': page('Fees', `The fee is 7 euros. ${long}`),
  });
  await world.learn(`${site.origin}/`, { mode });
}

describe('verification', () => {
  test('visits the learned pages once more, and learns only what has changed by more than one per cent', async () => {
    await learnHall();
    expect((await record('/rent'))?.verification).toEqual({ status: 'pending_verification' });
    site.pages['/rent'] = page('Rent', `The rent is 55 euros now. ${long.replaceAll('word1', 'other')}`);
    site.pages['/fees'] = page('Fees', `The fee is 8 euros. ${long}`);
    expect(await run('verification')).toMatchObject({
      status: 'completed',
      result: { pages: 3, updated: 1, unchanged: 2 },
    });
    expect((await record('/rent'))?.verification).toMatchObject({ status: 'verified_updated' });
    expect((await record('/fees'))?.verification).toMatchObject({ status: 'verified_unchanged' });
    expect(await world.ask('How many euros is the rent now?', mode)).toContain(`${site.origin}/rent`);
  });

  test('happens once: a page that is verified is not visited again', async () => {
    await learnHall();
    await run('verification');
    const before = site.requests.length;
    expect(await run('verification')).toMatchObject({ status: 'completed', result: { pages: 0 } });
    expect(site.requests.slice(before).filter(({ path }) => path !== '/robots.txt')).toEqual([]);
  });

  test('takes out what is gone, and says of a page that fails that it failed', async () => {
    await learnHall();
    site.pages['/rent'] = { status: 404, body: 'no such page' };
    site.pages['/fees'] = { status: 403, body: 'not now' };
    await run('verification');
    expect(await record('/rent')).toBeUndefined();
    expect(await paths('What is the rent?')).not.toContain('/rent');
    expect((await record('/fees'))?.verification).toMatchObject({
      status: 'verification_failed',
      error: 'HTTP 403',
    });
    expect(await paths('What is the fee?')).toContain('/fees');
    const changed = (await listChanges(acme, world.effects)).filter(change => change.site === host());
    expect(changed.map(({ kind, url }) => [kind, url])).toEqual([['gone', `${site.origin}/rent`]]);
  });

  test('follows each crawl that has learned something, a quarter of an hour later', async () => {
    await learnHall();
    await world.learn(`${site.origin}/`, { mode });
    const jobs = await listJobs(acme, { mode, limit: 50 }, world.effects);
    const [verification, ...more] = jobs.filter(({ type }) => type === 'verification');
    if (!verification) throw new Error('none was queued');
    expect(more).toEqual([]);
    await world.run(verification.id);
    expect((await world.job(verification.id)).status).toBe('queued');
    const clock = { ...world.effects.clock, now: () => Date.now() + 16 * 60_000 };
    await world.run(verification.id, { ...world.effects, clock });
    expect((await world.job(verification.id)).status).toBe('completed');
  });
});

describe('a refresh', () => {
  test('visits one page, whole, and leaves the others and whoever reaches it as they are', async () => {
    await learnHall();
    site.pages['/rent'] = page('Rent', 'The rent is due in May.');
    const before = site.requests.length;
    expect(await run('single_url_refresh', '/rent')).toMatchObject({
      status: 'completed',
      result: { updated: 1 },
    });
    expect(site.requests.slice(before).map(({ path }) => path)).toEqual(['/robots.txt', '/rent']);
    expect(await paths('When is the rent due?')).toContain('/rent');
    // The next crawl finds nothing to remove.
    const next = await world.learn(`${site.origin}/`, { mode });
    expect(next.result).toMatchObject({ pages: 3, added: 0, removed: 0 });
  });

  test('of a page that can not be read fails with the reason, and what was learned stays', async () => {
    await learnHall();
    site.pages['/rent'] = { status: 403, body: 'not now' };
    expect(await run('single_url_refresh', '/rent')).toMatchObject({ status: 'failed', error: 'HTTP 403' });
    expect(await paths('What is the rent?')).toContain('/rent');
  });
});
