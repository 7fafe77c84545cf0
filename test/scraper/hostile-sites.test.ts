import { expect, test } from 'vitest';
import { hostileReplies } from '../bench/hostile/answers.ts';
import { acme } from './scraper-world.ts';
import { loadPages } from '../../functions/scraper/crawl/page-store.ts';
import { pageKey, siteOf } from '../../functions/scraper/fetch/address.ts';
import { page } from './site-server.ts';
import { learned, openSite, site, world } from './scraper-subject.ts';

const tooLarge = 'failed: larger than allowed once decompressed';
const damaged = 'failed: its compressed body is damaged';
const noHttp = 'failed: the host does not speak HTTP properly';
const cut = 'failed: the host cut the connection';
/** What becomes of them. The bench `hostile` has more kinds, and those that take long. */
const expected: Readonly<Record<string, string>> = {
  'gzip bomb': tooLarge,
  'gzip bomb in gzip': 'skipped: no web page (application/gzip)',
  'gzip bomb that nobody names': tooLarge,
  'gzip ten times': 'failed: compressed more than twice',
  'brotli bomb': tooLarge,
  'deflate bomb': tooLarge,
  'zstd bomb': tooLarge,
  'gzip that is cut off': damaged,
  'gzip that is none': damaged,
  'headers without end': noHttp,
  'a body without end': 'failed: larger than 5 MB',
  'a body that is longer than it says': 'learned',
  'a body that says it has 9 EB': 'failed: larger than 5 MB',
  'two lengths': 'failed: the host sends another length than it says',
  'a negative length': noHttp,
  'broken chunks': noHttp,
  'a chunk of 9 EB': cut,
  'no HTTP': noHttp,
  'the connection is cut': cut,
  'status 999': 'failed: HTTP 999',
};
/** Six megabytes: a page may have five. */
const kinds = hostileReplies(6).filter(({ slow }) => !slow);
const pathOf = (name: string): string => `/${encodeURIComponent(name)}`;

test('of a site with hostile pages the good one is learned, and each other has its reason', async () => {
  await openSite({
    '/': page('Start', 'The start of a hostile site.', ['/good', ...kinds.map(({ name }) => pathOf(name))]),
    '/good': page('Tide tables', 'The tide tables are sold at the harbour office.'),
    ...Object.fromEntries(kinds.map(({ name, answers }) => [pathOf(name), answers['/hostile'] ?? ''])),
  });
  expect((await world.learn(`${site.origin}/`)).status).toBe('completed');
  const records = await loadPages(acme, siteOf(new URL(site.origin)), world.effects);
  const told = kinds.map(({ name }) => {
    const { outcome, reason } = records.get(pageKey(new URL(site.origin + pathOf(name)))) ?? {};
    return [name, [outcome, reason].filter(part => part !== undefined).join(': ')];
  });
  expect(Object.fromEntries(told)).toEqual(expected);
  expect(await learned('Where are tide tables sold?')).toContain('/good');
});
