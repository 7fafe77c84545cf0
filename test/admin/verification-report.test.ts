import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordTurn } from '../../functions/analytics/index.ts';
import type { DocumentId, ModeName, ScrapeJobId } from '../../functions/platform/ids.ts';
import { type PageRecord, putPages } from '../../functions/scraper/crawl/page-store.ts';
import { noteSeed } from '../../functions/scraper/crawl/seed-store.ts';
import { fingerprintOf } from '../../functions/scraper/crawl/text-fingerprint.ts';
import { contentIdOf } from '../../functions/scraper/pages/content-id.ts';
import { noteChanges } from '../../functions/scraper/verify/change-store.ts';
import { turnAt } from '../analytics/recording.ts';
import { type AdminWorld, acme, startAdmin } from './admin-world.ts';

const [mode, site, url] = ['museum' as ModeName, 'museum.example', 'https://museum.example/'];
let world: AdminWorld;
let key: string;
const call = (method: string, path: string) => world.call(method, path, { as: key });

beforeAll(async () => {
  world = await startAdmin();
  ({ key } = await world.key(acme));
  await world.call('POST', '/admin/modes', { as: key, body: { name: mode } });
  await noteSeed(acme, { mode, url, site, maxPages: 10 }, world.effects);
});
afterAll(() => world.stop());

const record = (name: string, text: string, rest: Partial<PageRecord> = {}): PageRecord => ({
  key: `${site}/${name}`,
  url: `${url}${name}`,
  outcome: 'learned',
  job: 'j' as ScrapeJobId,
  change: 'added',
  reached: { [`${mode} ${url}`]: 'j' },
  depth: 1,
  links: [],
  document: `page-${name}` as DocumentId,
  fingerprint: fingerprintOf([text]),
  ...rest,
});

it('names the answers that cite what their pages no longer say, and counts the pages by state', async () => {
  const { effects, clock } = world;
  const at = new Date(clock.now).toISOString();
  const pages = [
    record('hours', 'The museum is open from ten to five.', {
      verification: { status: 'verified_updated', at },
    }),
    record('rent', 'The rent is 40 euros an hour.', { verification: { status: 'verified_unchanged', at } }),
    record('new', 'There is a new cafe.'),
  ];
  await putPages(acme, site, pages, effects);
  const change = (name: string, kind: 'updated' | 'gone') => ({
    document: `page-${name}` as DocumentId,
    key: `${site}/${name}`,
    url: `${url}${name}`,
    site,
    kind,
  });
  await noteChanges(acme, [change('hours', 'updated'), change('lost', 'gone')], effects);
  const answered = (name: string, excerpt: string, minutes: number) => {
    const time = new Date(clock.now + minutes * 60_000).toISOString();
    const cited = { sources: [`page-${name}`], passages: [{ id: `page-${name}`, excerpt }] };
    const turn = turnAt(time, { ...cited, mode, question: `About ${name} ${minutes}?` });
    return recordTurn(acme, turn, { ...effects, conversationLogDays: 30 });
  };
  await answered('hours', 'open from nine to four', -10);
  await answered('hours', 'open from ten to five', -9);
  await answered('hours', 'open from nine to four', 5);
  await answered('lost', 'dogs are welcome', -8);
  await answered('rent', 'The rent is 45 euros', -7);
  const { body } = await call('GET', `/admin/scrape/verification/${mode}`);
  const counts = {
    pending_verification: 1,
    verified_unchanged: 1,
    verified_updated: 1,
    verification_failed: 0,
    gone: 1,
  };
  expect(body).toMatchObject({
    statistics: { total: 3, ...counts },
    sites: [{ domain: site, ...counts }],
    truncated: false,
  });
  expect(body.affected_answers).toEqual([
    expect.objectContaining({ question: 'About lost -8?', state: 'vanished', url: `${url}lost` }),
    expect.objectContaining({
      question: 'About hours -10?',
      state: 'changed',
      excerpt: 'open from nine to four',
    }),
  ]);
});

it('is asked for a mode, or for one page', async () => {
  const verify = await call('POST', `/admin/scrape/verify/${mode}`);
  expect(verify).toMatchObject({ status: 202, body: { status: 'queued', message: 'verifying 1 page' } });
  const refresh = await call('POST', `/admin/scrape/refresh/${contentIdOf(`${site}/rent`)}`);
  expect(refresh).toMatchObject({ status: 202, body: { status: 'queued', mode } });
  const job = await call('GET', `/admin/scrape/job/${refresh.body.job_id}`);
  expect(job.body).toMatchObject({ job_type: 'single_url_refresh', domain: site, url: `${url}rent` });
});

it('is refused for a blocked page', async () => {
  const id = contentIdOf(`${site}/hours`);
  await world.call('POST', `/admin/scrape/block-page/${mode}`, { as: key, body: { content_id: id } });
  expect(await call('POST', `/admin/scrape/refresh/${id}`)).toMatchObject({ status: 400 });
});
