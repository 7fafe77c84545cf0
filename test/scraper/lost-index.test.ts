import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IndexMessage, knowledgeCondition } from '../../functions/knowledge/index.ts';
import type { SendOptions } from '../../functions/platform/aws/queue.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { loadPages } from '../../functions/scraper/crawl/page-store.ts';
import { receiveScrape } from '../../functions/scraper/jobs/receive.ts';
import { stopLearning } from '../../functions/scraper/jobs/stop-learning.ts';
import { deleteJob, listJobs } from '../../functions/scraper/jobs/store.ts';
import { acme, allowLocalSites, help, type ScraperWorld, startScraper } from './scraper-world.ts';
import { page, type Site, startSite } from './site-server.ts';

let world: ScraperWorld;
let site: Site;
const sites: Site[] = [];
async function open(pages: Site['pages']): Promise<Site> {
  const opened = await startSite(pages);
  sites.push(opened);
  return opened;
}
beforeAll(async () => {
  allowLocalSites();
  world = await startScraper();
  site = await open({
    '/': page('Mill', 'A mill by the river.', ['/wheel']),
    '/wheel': page('Wheel', 'The wheel of the mill turns at noon.'),
  });
});
afterAll(async () => {
  await Promise.all(sites.map(opened => opened.stop()));
  await world.stop();
});

const loseIndex = () => rm(join(world.knowledge.directory, acme), { recursive: true });

test('learning again after the index was lost learns every page again, though none has changed', async () => {
  await world.learn(`${site.origin}/`);
  await loseIndex();
  expect(await knowledgeCondition(acme, world.effects)).toBe('rebuilding');
  const again = await world.learn(`${site.origin}/`);
  expect(again).toMatchObject({ status: 'completed', result: { pages: 2, complete: true } });
  expect(await world.ask('when does the wheel turn')).toContain(`${site.origin}/wheel`);
  expect(await knowledgeCondition(acme, world.effects)).toBe('whole');
});

/** A site of one page, whose index writer never has what was learned of it. The job fails after an hour. */
async function failedSite(): Promise<Site> {
  const failing = await open({ '/': page('Forge', 'A forge with an anvil.') });
  const late = { ms: 0 };
  const effects = {
    ...world.effects,
    clock: { ...systemClock, now: () => Date.now() + late.ms },
    indexQueue: {
      async send(message: IndexMessage, options?: SendOptions) {
        // Nobody waits so long in a test.
        if (message.kind === 'marker') late.ms += 5 * 60_000;
        else await world.effects.indexQueue.send(message, options);
      },
    },
  };
  const { id } = await world.request(`${failing.origin}/`);
  await world.run(id, effects);
  late.ms += 3600_000;
  await world.run(id, effects);
  expect((await world.job(id)).status).toBe('failed');
  return failing;
}

/** A site of two pages, whose job is cancelled while the second keeps it waiting. */
async function cancelledSite(): Promise<Site> {
  const cancelling = await open({
    '/': page('Barn', 'A barn with an owl.', ['/owl']),
    '/owl': (_, response) => {
      cancel.resolve();
      setTimeout(() => response.end(), 1_500);
    },
  });
  const cancel = Promise.withResolvers<void>();
  const { id } = await world.request(`${cancelling.origin}/`);
  const running = world.run(id);
  await cancel.promise;
  expect(await deleteJob(acme, id, world.effects)).toBe(true);
  await running;
  return cancelling;
}

describe('when the index writer asks for it', () => {
  const relearn = { kind: 'relearn', workspace: acme };
  /** The addresses of the jobs that the messages queue. */
  const queuedBy = async (...messages: object[]): Promise<string[]> => {
    for (const message of messages) await receiveScrape(message, world.effects);
    const jobs = await listJobs(acme, { limit: 50 }, world.effects);
    return jobs.filter(({ status }) => status === 'queued').map(({ mode, url }) => `${mode} ${url}`);
  };

  test('each address that pages were learned from is learned again, once, whatever became of its jobs', async () => {
    const others = [await failedSite(), await cancelledSite()];
    const empty = await open({ '*': { status: 404 } });
    expect((await world.learn(`${empty.origin}/`)).status).toBe('failed');
    // As after a quarter of a year.
    for (const { id } of await listJobs(acme, { limit: 50 }, world.effects))
      await deleteJob(acme, id, world.effects);
    const learned = [site, ...others].map(({ origin }) => `${help} ${origin}/`);
    expect((await queuedBy(relearn, relearn)).sort()).toEqual(learned.sort());
  });

  test('no address of a mode that was deleted is, and a later mode of that name begins anew', async () => {
    await stopLearning(acme, help, world.effects);
    expect(await queuedBy(relearn)).toEqual([]);
    for (const { origin } of sites)
      expect(await loadPages(acme, new URL(origin).host, world.effects)).toEqual(new Map());
  });
});
