import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knowledgeCondition } from '../../functions/knowledge/index.ts';
import { receiveScrape } from '../../functions/scraper/jobs/receive.ts';
import { listJobs } from '../../functions/scraper/jobs/store.ts';
import { acme, allowLocalSites, help, type ScraperWorld, startScraper } from './scraper-world.ts';
import { page, type Site, startSite } from './site-server.ts';

let world: ScraperWorld;
let site: Site;
beforeAll(async () => {
  allowLocalSites();
  world = await startScraper();
  site = await startSite({
    '/': page('Mill', 'A mill by the river.', ['/wheel']),
    '/wheel': page('Wheel', 'The wheel of the mill turns at noon.'),
  });
});
afterAll(async () => {
  await site.stop();
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

test('a job for each address that was learned is queued when the index writer asks for it, once', async () => {
  const before = await listJobs(acme, { limit: 50 }, world.effects);
  const message = { kind: 'relearn', workspace: acme };
  await receiveScrape(message, world.effects);
  await receiveScrape(message, world.effects);
  const jobs = await listJobs(acme, { limit: 50 }, world.effects);
  expect(jobs.slice(0, jobs.length - before.length)).toEqual([
    expect.objectContaining({ status: 'queued', url: `${site.origin}/`, mode: help }),
  ]);
});
