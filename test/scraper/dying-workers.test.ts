import { expect, test } from 'vitest';
import { listFileDocuments } from '../../functions/knowledge/index.ts';
import { type Clock, systemClock } from '../../functions/platform/clock.ts';
import type { ModeName, ScrapeJobId } from '../../functions/platform/ids.ts';
import { getPage } from '../../functions/scraper/crawl/page-store.ts';
import { fileId, getFile, noteFiles } from '../../functions/scraper/files/discovered-file-store.ts';
import { addDiscovered } from '../../functions/scraper/files/triage.ts';
import { queueJob } from '../../functions/scraper/jobs/queue-job.ts';
import type { NewJob } from '../../functions/scraper/jobs/store.ts';
import { getResult } from '../../functions/scraper/target/result-store.ts';
import { listChanges } from '../../functions/scraper/verify/change-store.ts';
import { dyingAt } from './dying-worker.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';
import { manyPages, page } from './site-server.ts';

/** The clock of all workers. It moves on when one has died, until the leases of the dead are free. */
let later = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + later };
const effects = { ...world.effects, clock };

/**
 * For each step of a job's worker: queues a job, kills its worker there, has the next one go on, and checks what came of
 * it. The last job's worker lives. `first` and `last` leave out steps that are those of another kind of job.
 */
async function killedAtEachStep(
  queue: (round: number) => Promise<ScrapeJobId>,
  check: (id: ScrapeJobId, round: number) => Promise<void>,
  { first, last } = { first: 1, last: Number.POSITIVE_INFINITY },
): Promise<void> {
  for (let step = first, died = true; died && step <= last; step += 1) {
    const id = await queue(step);
    const dying = dyingAt(effects, step);
    await world.run(id, dying.effects).catch(() => undefined);
    died = dying.at() !== undefined;
    later += 31_000;
    // It may still wait for the index.
    const status = async () => {
      await world.run(id, effects);
      return (await world.job(id)).status;
    };
    await expect
      .poll(status, { message: `killed at step ${step}: ${dying.at()}`, timeout: 60_000 })
      .toBe('completed');
    await check(id, step);
  }
}

const host = () => new URL(site.origin).host;
const queued = async (job: Omit<NewJob, 'id' | 'site' | 'maxPages' | 'url'>, path = '/') =>
  (await queueJob(acme, { ...job, url: `${site.origin}${path}`, site: host(), maxPages: 9 }, effects)).id;
async function learn(mode: ModeName): Promise<void> {
  const { id } = await world.request(`${site.origin}/`, { mode });
  await world.run(id, effects);
}
const record = (path: string) => getPage(acme, host(), `${host()}${path}`, effects);

test('elements are read for a server though its worker is killed at any step', async () => {
  await openSite({ '/': '<!doctype html><title>t</title><div class=card>a card</div>' });
  const wanted = { target: { type: 'div', selectors: {} }, timeoutMs: 30_000 };
  const job = { type: 'api_target_scrape', mode: 'target' as ModeName, wanted } as const;
  await killedAtEachStep(
    () => queued(job),
    async id => {
      expect(await getResult(acme, id, effects)).toMatchObject({ matches: [{ text: 'a card' }] });
    },
  );
}, 300_000);

test('a page is taken out once, and no other, though its worker is killed at any step', async () => {
  const mode = 'delete' as ModeName;
  await openSite(manyPages(50));
  await learn(mode);
  await killedAtEachStep(
    round => queued({ type: 'delete_content', mode, pages: [`${host()}/${round}`] }),
    async (id, round) => {
      expect(await record(`/${round}`)).toBeUndefined();
      expect(await world.documentState(`${site.origin}/${round}`)).toBe('removed');
      expect((await world.job(id)).result).toMatchObject({ removed: 1 });
      expect(await record(`/${round + 1}`)).toBeDefined();
    },
  );
}, 300_000);

test('a file is added once though its worker is killed at any step', async () => {
  const mode = 'files' as ModeName;
  await openSite({
    '*': ({ url = '' }) => ({ headers: { 'content-type': 'application/pdf' }, body: `%PDF-1.7\n${url}` }),
  });
  const url = (round: number) => `${site.origin}/${round}.pdf`;
  await killedAtEachStep(
    async round => {
      const found = { url: url(round), filename: `${round}.pdf`, fileType: 'PDF document', extension: 'pdf' };
      const where = {
        linkText: '',
        sourcePageUrl: `${site.origin}/`,
        sourcePageTitle: '',
        baseDomain: host(),
      };
      await noteFiles(acme, mode, [{ ...found, ...where, detectedVia: 'link' }], effects);
      const file = await getFile(acme, fileId(mode, url(round)), effects);
      const { job } = await addDiscovered(acme, mode, file ? [file] : [], undefined, effects);
      if (!job) throw new Error('nothing was added');
      return job;
    },
    async (id, round) => {
      expect((await world.job(id)).result).toMatchObject({ added: 1, failed: 0 });
      const documents = await listFileDocuments(acme, mode, effects);
      expect(documents.filter(({ sourceUrl }) => sourceUrl === url(round))).toHaveLength(1);
      const files = (await world.knowledge.stored()).filter(key => key.startsWith(`${acme}/files/`));
      expect(files).toHaveLength(round);
      expect(await getFile(acme, fileId(mode, url(round)), effects)).toMatchObject({ status: 'added' });
    },
  );
}, 300_000);

test('a page is verified, with its change, though its worker is killed at any step', async () => {
  const mode = 'verify' as ModeName;
  await openSite(manyPages(50));
  await learn(mode);
  await killedAtEachStep(
    async round => {
      site.pages[`/${round}`] = page(`Page ${round}`, `The price of number ${round} is 40 euros now.`);
      return queued({ type: 'verification', mode, pages: [`${host()}/${round}`] });
    },
    async (id, round) => {
      expect((await world.job(id)).result).toMatchObject({ pages: 1, updated: 1 });
      expect((await record(`/${round}`))?.verification).toMatchObject({ status: 'verified_updated' });
      expect(await world.documentState(`${site.origin}/${round}`)).toBe('completed');
      const changes = await listChanges(acme, effects);
      expect(changes.find(({ url }) => url === `${site.origin}/${round}`)).toMatchObject({ kind: 'updated' });
    },
  );
}, 300_000);

test('a site is taken out whole though its worker is killed at any step', async () => {
  await openSite({
    '/': page('Hall', 'The hall has a grand piano.', ['/rent']),
    '/rent': page('Rent', 'May.'),
  });
  const modeOf = (round: number) => `site-${round}` as ModeName;
  await learn('stays' as ModeName);
  await killedAtEachStep(
    async round => {
      await learn(modeOf(round));
      return queued({ type: 'site_delete', mode: modeOf(round) });
    },
    async (id, round) => {
      expect((await world.job(id)).result).toMatchObject({ removed: 2 });
      const modes = Object.keys((await record('/rent'))?.reached ?? {});
      expect(modes.map(seed => seed.split(' ')[0])).toEqual(['stays']);
      expect(await world.ask('Is there a grand piano?', modeOf(round))).toEqual([]);
    },
    { first: 7, last: 9 },
  );
}, 300_000);
