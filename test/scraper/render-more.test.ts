import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { htmlOf } from '../../functions/scraper/render/rendered-html.ts';
import { createRenderer, type Renderer, rendererSettings } from '../../functions/scraper/render/renderer.ts';
import { newLines, withLines } from '../../functions/scraper/render/unfold.ts';
import { type Site, startSite } from './site-server.ts';

let renderer: Renderer;
let site: Site;

beforeAll(() => {
  renderer = createRenderer(
    { clock: systemClock, log: silentLog, resolve: () => Promise.reject(new Error('no name is asked for')) },
    { ...rendererSettings, local: () => true },
  );
});
afterEach(() => site.stop());
afterAll(() => renderer.close());

async function shown(pages: Site['pages'], heavy: boolean): Promise<string> {
  site = await startSite(pages);
  const asked = { url: `${site.origin}/`, origin: site.origin, heavy };
  const reply = await renderer.render(asked, new AbortController().signal);
  if (reply.kind === 'failed') throw new Error(`not shown: ${reply.reason}`);
  return htmlOf(reply);
}

const long = 'The hall is open on Saturdays from nine to five, and on Sundays for members of the club alone.';

describe('the heavy pass', () => {
  const folded = `<!doctype html><title>Folded</title><body><main><h1>Hall</h1><p>${long}</p>
    <nav><button aria-expanded="false" onclick="location.href = '/menu'">Menu</button></nav>
    <button aria-expanded="false" onclick="fetch('/answer').then(a => a.text()).then(text => { this.nextElementSibling.textContent = text })">
      How do I get there?</button><div></div>
    <a role="tab" href="/elsewhere" onclick="show('first')">First</a>
    <a role="tab" href="#second" onclick="show('second')">Second</a><div id="panel"></div>
    <div style="height: 9000px"></div><div id="late"></div>
    <script>
      const panels = { first: 'The first panel tells about the library upstairs.', second: 'Second: the cellar has a bar with music.' };
      const show = name => { document.getElementById('panel').textContent = panels[name] };
      document.body.insertAdjacentHTML('beforeend', '<button role="tab" onclick="show(\\'first\\')">First</button><button role="tab" onclick="show(\\'second\\')">Second</button>');
      new IntersectionObserver(([entry]) => {
        if (entry.isIntersecting) document.getElementById('late').textContent = 'Loaded late, when it is scrolled to.';
      }).observe(document.getElementById('late'));
    </script></main>`;
  const pages = { '/': folded, '/answer': 'Take the tram to the northern gate.', '*': 'elsewhere' };

  test('shows what is loaded late, what is folded, and what another tab has replaced', async () => {
    const text = await shown(pages, true);
    for (const part of [long, 'Loaded late', 'Take the tram', 'library upstairs', 'bar with music'])
      expect(text).toContain(part);
    expect(text.split('bar with music')).toHaveLength(2);
  });

  test('follows no link and opens no menu', async () => {
    await shown(pages, true);
    expect(site.requests.map(({ path }) => path).toSorted()).toEqual(['/', '/answer']);
  });

  test('is not the fast one', async () => {
    expect(await shown(pages, false)).not.toMatch(/Loaded late|Take the tram/);
  });

  test('keeps what was seen before where a click leads away', async () => {
    const away = `<!doctype html><p>${long}</p><button aria-expanded="false" onclick="location.href = '/away'">More</button>`;
    expect(await shown({ '/': away, '/away': 'This is another page.' }, true)).toContain(long);
  });
});

test('a line counts as new when no other has four fifths of its words', () => {
  const known = ['The library is open on Mondays, Tuesdays and Fridays.'];
  const lines = [
    'The library is open on Mondays, Tuesdays, Fridays.',
    'More',
    'The cellar has a bar.',
    'The cellar has a bar!',
  ];
  expect(newLines(known, lines)).toEqual(['The cellar has a bar.']);
});

test('lines are put at the end of the content', () => {
  expect(withLines('<body><main>x</main><footer></footer></body>', ['a < b & c'])).toBe(
    '<body><main>x<p>a &lt; b &amp; c</p></main><footer></footer></body>',
  );
  expect(withLines('<p>x', ['y'])).toBe('<p>x<p>y</p>');
});

describe('a banner that asks for consent', () => {
  test('is rejected as its maker meant it, and is not in the page', async () => {
    const banner = `<!doctype html><title>Hall</title><body><main><p>${long}</p></main>
      <div id="cmplz-cookiebanner-container"><div class="cmplz-cookiebanner" style="position: fixed; bottom: 0">
        We value your privacy and use cookies. <button class="cmplz-accept">Accept</button>
        <button class="cmplz-deny" onclick="fetch('/denied'); this.closest('#cmplz-cookiebanner-container').remove()">Deny</button>
      </div></div>`;
    const text = await shown({ '/': banner, '/denied': 'ok' }, false);
    expect(text).toContain(long);
    expect(text).not.toContain('We value your privacy');
    expect(site.asked('/denied')).toHaveLength(1);
  });

  test('that nobody knows does not keep a page from being read', async () => {
    const banner = `<!doctype html><p>${long}</p><div class="our-cookie-thing"><p>Cookies are used here.</p></div>`;
    expect(await shown({ '/': banner }, false)).toContain(long);
  });
});
