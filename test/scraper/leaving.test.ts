import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { allowLocalSites, help, type ScraperWorld, startScraper } from './scraper-world.ts';
import { page, type Site, startSite, versioned } from './site-server.ts';

const sales = 'sales' as ModeName;
const pierWithBand = page('Pier', 'A pier with a lamp.', ['/band']);
const pier = page('Pier', 'A pier with a lamp.');

let world: ScraperWorld;
let site: Site;
/** How far the job's clock is ahead. */
let hours = 0;
/** Each test has its own: of passages that say the same a question finds one. */
let bands = 0;
let band = bandOf(bands);

function bandOf(number: number) {
  return versioned(page('Band', `Band ${number} plays on Sundays.`, ['/dates']), `"${number}"`);
}

beforeAll(async () => {
  allowLocalSites();
  const clock = { ...systemClock, now: () => Date.now() + hours * 3600_000 };
  world = await startScraper({ clock });
});
afterAll(() => world.stop());
beforeEach(() => {
  hours = 0;
  bands += 1;
  band = bandOf(bands);
});
afterEach(() => site.stop());

const learn = async (path: string, mode: ModeName = help) =>
  (await world.learn(`${site.origin}${path}`, { mode })).result;
/** Whether the mode answers from the page about the band. */
const answers = async (mode: ModeName, question = 'band plays on Sundays', path = '/band') =>
  (await world.ask(question, mode)).includes(`${site.origin}${path}`);

describe('a page that is learned for two modes, and that one of them no longer leads to,', () => {
  beforeEach(async () => {
    site = await startSite({
      '/': pierWithBand,
      '/band': band,
      '/dates': page('Dates', 'The next concert is in May.'),
    });
    await learn('/');
    await learn('/band', sales);
    site.pages['/'] = pier;
  });

  test('leaves that mode and not the other, and leads nobody back to what is gone with it', async () => {
    expect(await answers(help)).toBe(true);
    expect(await learn('/')).toMatchObject({ pages: 1, removed: 2, complete: true });
    expect(await answers(help)).toBe(false);
    expect(await answers(help, 'next concert in May', '/dates')).toBe(false);
    expect(await answers(sales)).toBe(true);
  });

  test.each([
    ['the other mode is learned', '/band', sales],
    ['its own mode is learned', '/', help],
  ])('and that fails for a moment, leaves it when %s again', async (_, path, mode) => {
    site.pages['/band'] = { status: 500 };
    expect(await learn('/')).toMatchObject({ pages: 1 });
    expect(await answers(sales)).toBe(true);
    site.pages['/band'] = band;
    await learn(path, mode);
    expect(await answers(help)).toBe(false);
    expect(await answers(sales)).toBe(true);
  });

  test('and that leads elsewhere for a moment, stays in the other', async () => {
    site.pages['/band'] = { status: 302, headers: { location: '/' } };
    await learn('/');
    expect(await answers(sales)).toBe(true);
  });

  test('and that fails for a day, answers for neither until it can be read again', async () => {
    site.pages['/band'] = { status: 500 };
    await learn('/');
    hours = 23;
    await learn('/');
    expect(await answers(sales)).toBe(true);
    hours = 25;
    expect(await learn('/')).toMatchObject({ removed: 1 });
    expect([await answers(help), await answers(sales)]).toEqual([false, false]);
    site.pages['/band'] = band;
    expect(await learn('/band', sales)).toMatchObject({ added: 1 });
    expect([await answers(help), await answers(sales)]).toEqual([false, true]);
  });
});

test('a page that fails when another mode first leads to it is learned for that mode the next time', async () => {
  site = await startSite({ '/': pierWithBand, '/band': band });
  await learn('/band');
  site.pages['/band'] = { status: 500 };
  await learn('/', sales);
  site.pages['/band'] = band;
  await learn('/', sales);
  expect([await answers(help), await answers(sales)]).toEqual([true, true]);
});

test('a page that one mode has is new to the next one, and to that one only once', async () => {
  site = await startSite({
    '/': pierWithBand,
    '/band': band,
    '/dates': page('Dates', 'The next concert is in May.'),
  });
  expect(await learn('/')).toMatchObject({ added: 3, updated: 0 });
  expect(await learn('/', sales)).toMatchObject({ added: 3, updated: 0, unchanged: 0 });
  expect(await learn('/', sales)).toMatchObject({ added: 0, updated: 0, unchanged: 3 });
});
