import { beforeEach, expect, test } from 'vitest';
import type { ModeName, ScrapeJobId } from '../../functions/platform/ids.ts';
import { leavePlaces, placesFor, takePlaces } from '../../functions/scraper/jobs/lease-store.ts';
import { queueJob } from '../../functions/scraper/jobs/queue-job.ts';
import { requestLearning } from '../../functions/scraper/jobs/request-learning.ts';
import type { NewJob } from '../../functions/scraper/jobs/store.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { page, startSite } from './site-server.ts';

const other = 'other' as ModeName;
/** Each test has a mode of its own: of pages with the same text only one answers. */
let mode: ModeName;
let tests = 0;
beforeEach(() => {
  mode = `mode-${(tests += 1)}` as ModeName;
});
const learned = async (question: string): Promise<string[]> =>
  (await world.ask(question, mode)).map(url => new URL(url).pathname);
const hall = {
  '/': page('Hall', 'The hall has a grand piano.', ['/rent']),
  '/rent': page('Rent', 'The rent is due in May.'),
};

async function runJob(job: Omit<NewJob, 'id' | 'mode' | 'maxPages'>): Promise<ScrapeJobId> {
  const { id } = await queueJob(acme, { ...job, mode, maxPages: 1 }, world.effects);
  await world.run(id);
  return id;
}

test('a job learns its addresses one after the other, and its result is their sum', async () => {
  await openSite(hall);
  const second = await startSite({ '/': page('Shop', 'The shop sells tickets.') });
  const gone = await startSite({ '/': { status: 500 } });
  try {
    const further = [`${gone.origin}/`, `${second.origin}/`];
    const { id } = await requestLearning(acme, { url: `${site.origin}/`, further, mode }, world.effects);
    for (let slice = 0; slice < 3; slice += 1) await world.run(id);
    const job = await world.job(id);
    expect(job).toMatchObject({ status: 'completed', result: { pages: 3, added: 3, complete: false } });
    expect(job.progress).toMatchObject({ added: 3, fetched: 3, phase: 'done' });
    expect(job.finished.map(({ pages, error }) => [pages, error === undefined])).toEqual([
      [2, true],
      [0, false],
      [1, true],
    ]);
  } finally {
    await Promise.all([second.stop(), gone.stop()]);
  }
});

test('pages that are deleted answer no more, and the others do', async () => {
  await openSite(hall);
  await world.learn(`${site.origin}/`, { mode });
  const host = new URL(site.origin).host;
  const id = await runJob({
    type: 'delete_content',
    url: `${site.origin}/rent`,
    site: host,
    pages: [`${host}/rent`],
  });
  expect(await world.job(id)).toMatchObject({ status: 'completed', result: { removed: 1 } });
  expect(await learned('When is the rent due?')).toEqual([]);
  expect(await learned('Is there a grand piano?')).toEqual(['/']);
});

test('a page that another mode has stays in that one', async () => {
  await openSite(hall);
  await world.learn(`${site.origin}/`, { mode });
  await world.learn(`${site.origin}/`, { mode: other });
  const host = new URL(site.origin).host;
  await runJob({ type: 'delete_content', url: `${site.origin}/rent`, site: host, pages: [`${host}/rent`] });
  expect(await learned('When is the rent due?')).toEqual([]);
  expect(await world.ask('When is the rent due?', other)).toContain(`${site.origin}/rent`);
  // The next crawl for the mode finds it again.
  expect((await world.learn(`${site.origin}/`, { mode })).result).toMatchObject({ added: 1, unchanged: 1 });
  expect(await learned('When is the rent due?')).toContain('/rent');
});

test('a deleted site answers no more, and is not learned again when the index is lost', async () => {
  await openSite(hall);
  await world.learn(`${site.origin}/`, { mode });
  await world.messages();
  const id = await runJob({ type: 'site_delete', url: `${site.origin}/`, site: new URL(site.origin).host });
  expect(await world.job(id)).toMatchObject({ status: 'completed', result: { removed: 2 } });
  expect(await learned('Is there a grand piano?')).toEqual([]);
  expect(await learned('When is the rent due?')).toEqual([]);
});

test('a workspace has its share of crawls at a time, and a further one waits', async () => {
  await openSite(hall);
  const holders = Array.from({ length: placesFor.workspace }, (_, n) => ({
    job: `other-${n}` as ScrapeJobId,
    owner: `owner-${n}`,
  }));
  const taken = await Promise.all(holders.map(holder => takePlaces(acme, holder, world.effects)));
  const { id } = await world.request(`${site.origin}/`, { mode });
  await world.run(id);
  expect((await world.job(id)).status).toBe('queued');
  const [first] = taken;
  if (!first) throw new Error('there was no place');
  await leavePlaces(acme, first, 'owner-0', world.effects);
  await world.run(id);
  expect((await world.job(id)).status).toBe('completed');
});

test('a job that has not ended in two days ends with the reason', async () => {
  await openSite(hall);
  const { id } = await world.request(`${site.origin}/`, { mode });
  const clock = { ...world.effects.clock, now: () => Date.now() + 49 * 3600_000 };
  await world.run(id, { ...world.effects, clock });
  expect(await world.job(id)).toMatchObject({ status: 'failed', error: expect.stringContaining('48 hours') });
  expect(site.requests).toEqual([]);
});
