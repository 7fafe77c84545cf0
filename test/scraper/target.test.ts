import { expect, test } from 'vitest';
import type { ModeName } from '../../functions/platform/ids.ts';
import { queueJob } from '../../functions/scraper/jobs/queue-job.ts';
import { takeSite } from '../../functions/scraper/jobs/lease-store.ts';
import { findElements } from '../../functions/scraper/target/find-elements.ts';
import { labelPairs } from '../../functions/scraper/target/label-pairs.ts';
import { getResult } from '../../functions/scraper/target/result-store.ts';
import type { Target } from '../../functions/scraper/target/schema.ts';
import type { ScrapeJobId } from '../../functions/platform/ids.ts';
import { openSite, site, world } from './scraper-subject.ts';
import { acme } from './scraper-world.ts';

const card: Target = { type: 'div', selectors: { class: 'card' } };
const html = (body: string) => `<!doctype html><title>t</title>${body}`;

async function scrape(path: string, target: Target = card, timeoutMs = 30_000) {
  const url = `${site.origin}${path}`;
  const host = new URL(url).host;
  const job = { type: 'api_target_scrape', url, site: host, mode: 'help' as ModeName, maxPages: 1 } as const;
  const { id } = await queueJob(acme, { ...job, wanted: { target, timeoutMs } }, world.effects);
  await world.run(id);
  return { id, job: await world.job(id), result: await getResult(acme, id, world.effects) };
}

test('the elements of a page are read, with their text, attributes and labelled lines', async () => {
  await openSite({
    '/': html(
      '<div class="card big" id="one"><b>Opening Hours</b><p>Nine to five</p><script>x</script></div>',
    ),
  });
  const { job, result } = await scrape('/');
  expect(job.status).toBe('completed');
  expect(result).toEqual({
    match_count: 1,
    matches: [
      {
        text: 'Opening Hours\nNine to five',
        html: '<div class="card big" id="one"><b>Opening Hours</b><p>Nine to five</p><script>x</script></div>',
        attributes: { class: 'card big', id: 'one' },
        extracted_information: { 'Opening Hours': 'Nine to five' },
      },
    ],
  });
});

test('a crawl of the same site does not hold it up, and a second delivery changes nothing', async () => {
  await openSite({ '/': html('<div class=card>a card</div>') });
  const other = { job: 'other' as ScrapeJobId, owner: 'another worker' };
  expect(await takeSite(acme, new URL(site.origin).host, other, world.effects)).toBe(true);
  const { id, job } = await scrape('/');
  expect(job.status).toBe('completed');
  await world.run(id);
  expect(await world.job(id)).toEqual(job);
});

test('where scripts make the element, a browser shows it', async () => {
  await openSite({
    '/': html(
      '<main></main><script>document.querySelector("main").innerHTML="<div class=card>made</div>"</script>',
    ),
  });
  expect((await scrape('/')).result).toMatchObject({ match_count: 1, matches: [{ text: 'made' }] });
}, 60_000);

test('why there is no result is told', async () => {
  await openSite({
    '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /private' },
    '/': html('<p>nothing</p>'),
    '/private': html('<div class=card>no</div>'),
  });
  expect((await scrape('/')).job).toMatchObject({ status: 'failed', failure: 'no_match' });
  const { job, result } = await scrape('/private');
  expect(job).toMatchObject({ status: 'failed', error: expect.stringContaining('robots.txt') });
  expect(result).toBeUndefined();
  expect((await scrape('/missing')).job.error).toContain('404');
});

test('an element has the name, every class, and the values of its attributes', () => {
  const page =
    '<a class="x y" href="/1">1</a><a class="x" href="/2" data-k>2</a><b class="x y">3</b><a class="xy">4</a>';
  const found = (selectors: Target['selectors']) =>
    findElements(page, { type: 'A', selectors }).map(({ text }) => text);
  expect(found({})).toEqual(['1', '2', '4']);
  expect(found({ class: 'x y' })).toEqual(['1']);
  expect(found({ class: ['x', 'y'] })).toEqual(['1']);
  expect(found({ href: '/2' })).toEqual(['2']);
  expect(found({ 'data-k': null })).toEqual(['2']);
  expect(found({ toString: null })).toEqual([]);
});

test('at most 50 elements, and what they hold together, fit a result', () => {
  const many = findElements('<div class=card>x</div>'.repeat(60), card);
  expect(many).toHaveLength(50);
  const nested = findElements(`${'<div class=card>'.repeat(5_000)}${'y'.repeat(100_000)}`, card);
  expect(Buffer.byteLength(JSON.stringify(nested))).toBeLessThanOrEqual(201_000);
  expect(nested.length).toBeGreaterThan(0);
});

test('lines that read like labels have the lines below them', () => {
  const lines = [
    'Intro text',
    'Head of School',
    'Ann Bee',
    'Room 5',
    'Contact:',
    'a@example.org',
    'It Is So.',
  ];
  expect(labelPairs(lines)).toEqual({
    'Head of School': 'Ann Bee\nRoom 5',
    Contact: 'a@example.org\nIt Is So.',
  });
});
