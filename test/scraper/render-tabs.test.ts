import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { htmlOf } from '../../functions/scraper/render/rendered-html.ts';
import { createRenderer, type Renderer, rendererSettings } from '../../functions/scraper/render/renderer.ts';
import { type Site, startSite } from './site-server.ts';

let renderer: Renderer;
let site: Site;

beforeAll(() => {
  renderer = createRenderer(
    { clock: systemClock, log: silentLog, resolve: () => Promise.reject(new Error('no name is asked for')) },
    { ...rendererSettings, local: () => true, pagesAtOnce: 1 },
  );
});
afterEach(() => site.stop());
afterAll(() => renderer.close());

async function shown(path: string, crawl: string | undefined): Promise<string> {
  const asked = {
    url: `${site.origin}${path}`,
    origin: site.origin,
    ...(crawl === undefined ? {} : { crawl }),
  };
  const reply = await renderer.render(asked, new AbortController().signal);
  if (reply.kind === 'failed') throw new Error(`not shown: ${reply.reason}`);
  return htmlOf(reply);
}

const long = 'The hall is open on Saturdays from nine to five, and on Sundays for members of the club alone.';
/** Tells what it finds, then leaves something everywhere. */
const curious = `<!doctype html><title>Curious</title><body><p>${long}</p><p id="found"></p><script src="/kept.js"></script><script>
  (async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    const caches_ = globalThis.caches ? await caches.keys() : [];
    const found = [document.cookie, Object.keys(localStorage), Object.keys(sessionStorage), window.name, names, caches_];
    document.getElementById('found').textContent = 'found: ' + JSON.stringify(found.flat().filter(Boolean));
    document.cookie = 'by=script; max-age=999';
    localStorage.setItem('local', 1); sessionStorage.setItem('session', 1); window.name = 'named';
    indexedDB.open('database');
    setInterval(() => localStorage.setItem('later', 1), 1);
  })();
  onbeforeunload = event => event.preventDefault();
</script>`;
const pages: Site['pages'] = {
  '*': { headers: { 'set-cookie': 'by=header; Max-Age=999' }, body: curious },
  '/kept.js': { headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=999' }, body: '' },
};

describe('pages of one crawl', () => {
  test('find nothing of one another but the cache', async () => {
    site = await startSite(pages);
    expect(await shown('/one', 'first')).toContain('found: ["by=header"]');
    expect(await shown('/two', 'first')).toContain('found: ["by=header"]');
    expect(site.asked(/^\/(?:one|two)/).map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
    expect(site.asked('/kept.js')).toHaveLength(1);
  });

  test('are shown after one that had to be given up', async () => {
    site = await startSite({ ...pages, '/bad': '<script>for (;;) open("/")</script>' });
    await shown('/one', 'first');
    await expect(shown('/bad', 'first')).rejects.toThrow(/windows again and again/);
    expect(await shown('/two', 'first')).toContain(long);
  });
});

test.each([
  ['two crawls', 'first', 'second'],
  ['no crawl', undefined, undefined],
])('pages of %s do not even share the cache', async (_, one, other) => {
  site = await startSite(pages);
  await shown('/one', one);
  await shown('/two', other);
  expect(site.asked('/kept.js')).toHaveLength(2);
});
