import { expect, test } from 'vitest';
import type { ModeName } from '../../functions/platform/ids.ts';
import { modesThatReach } from '../../functions/scraper/crawl/page-outcome.ts';
import { loadPages } from '../../functions/scraper/crawl/page-store.ts';
import { queueJob } from '../../functions/scraper/jobs/queue-job.ts';
import { receiveScrape } from '../../functions/scraper/jobs/receive.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { manyPages } from './site-server.ts';

const host = () => new URL(site.origin).host;
/** Hands the messages of a job to as many workers at a time. */
const deliver = (job: string, kinds: readonly ('run' | 'watch')[]) =>
  Promise.all(kinds.map(kind => receiveScrape({ kind, workspace: acme, job }, world.effects)));
const ended = async (id: Parameters<typeof world.job>[0]) => {
  const status = async () => {
    await world.run(id);
    return (await world.job(id)).status;
  };
  await expect.poll(status, { timeout: 60_000 }).toBe('completed');
  return world.job(id);
};

test('messages that come before their job is there, twice, and in another order do a crawl once', async () => {
  await openSite(manyPages(20));
  await deliver('not-there-yet', ['watch', 'run', 'run']);
  const { id } = await world.request(`${site.origin}/`);
  await deliver(id, ['watch', 'run', 'watch', 'run']);
  const job = await ended(id);
  expect(job.result).toMatchObject({ pages: 20, added: 20 });
  expect(site.asked(/^\/\d+$/)).toHaveLength(19);
  await deliver(id, ['run', 'watch']);
  expect(await world.job(id)).toEqual(job);
  expect(site.asked(/^\/\d+$/)).toHaveLength(19);
});

test('a page that is learned again after its removal stays, though the message of the removal comes again', async () => {
  const mode = 'again' as ModeName;
  await openSite(manyPages(3));
  await world.learn(`${site.origin}/`, { mode });
  const about = { url: `${site.origin}/1`, site: host(), mode, maxPages: 1, pages: [`${host()}/1`] };
  const { id } = await queueJob(acme, { ...about, type: 'delete_content' }, world.effects);
  await deliver(id, ['run', 'run', 'watch']);
  expect((await ended(id)).result).toMatchObject({ removed: 1 });
  expect((await world.learn(`${site.origin}/`, { mode })).result).toMatchObject({ added: 1 });
  await deliver(id, ['run', 'watch']);
  expect((await loadPages(acme, host(), world.effects)).has(`${host()}/1`)).toBe(true);
  expect(await world.ask('Which page is number 1?', mode)).toContain(`${site.origin}/1`);
});

test('two workers with two jobs of one site take turns: each mode gets all pages', async () => {
  const [one, other] = ['one' as ModeName, 'other' as ModeName];
  await openSite(manyPages(20));
  const jobs = [
    await world.request(`${site.origin}/`, { mode: one }),
    await world.request(`${site.origin}/`, { mode: other }),
  ];
  await Promise.all(jobs.map(({ id }) => world.run(id)));
  for (const { id } of jobs) expect((await ended(id)).result).toMatchObject({ pages: 20, failed: 0 });
  const records = [...(await loadPages(acme, host(), world.effects)).values()];
  expect(records).toHaveLength(20);
  for (const { reached } of records) expect(new Set(modesThatReach(reached))).toEqual(new Set([one, other]));
});
