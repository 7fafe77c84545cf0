import { describe, expect, it } from 'vitest';
import { hostPage } from './host-pages.ts';
import { widgetStage } from './widget-stage.ts';

const here = widgetStage();

/** What a style sheet of the page would change, were it to reach an element of the widget. */
const widgetLook = `['.frame', '.launcher', 'textarea', 'h2', '.words'].map(selector => {
  const style = getComputedStyle(document.querySelector('switchboard-widget').shadowRoot.querySelector(selector));
  const names = ['fontFamily', 'letterSpacing', 'color', 'backgroundColor', 'fontSize', 'display', 'transform', 'cursor'];
  return names.map(name => name + ': ' + style[name]).join('; ');
})`;
/** All that a visitor sees of the page itself. */
const pageLook = `({
  elements: [...document.querySelectorAll('html, body, main, h1, p, a')].map(element => ({
    style: [...getComputedStyle(element)].map(name => name + getComputedStyle(element).getPropertyValue(name)).join(),
    attributes: element.getAttributeNames(),
  })),
  sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
})`;

const seen = async (css: string) => {
  const head = css && `<style>${css}</style>`;
  const shown = await here.visit({ html: hostPage(here.tag(), head) }, { reducedMotion: 'reduce' });
  await shown.open();
  const boxes = [await shown.frame.boundingBox(), await shown.launcher.boundingBox()];
  return { shown, look: { inside: await shown.page.evaluate<string[]>(widgetLook), boxes } };
};

describe('the styles of a page', () => {
  it.each([
    [
      'for every element',
      `* { font-family: monospace !important; letter-spacing: 4px !important; --ink: red; --accent: lime !important }
       div, section, button, textarea, switchboard-widget { display: none !important; transform: rotate(9deg) !important }
       button { background: red !important }`,
    ],
    ['that unset everything', '*, *::before, *::after { all: unset !important }'],
    ['with another size of the root', 'html { font-size: 62.5% }'],
    ['with a large size of the root', 'html { font-size: 40px; line-height: 3; zoom: normal }'],
    [
      'that move, fade and hide the body',
      'body { transform: translate(90px, 90px) scale(0.5); opacity: 0.1; filter: blur(9px); overflow: hidden; contain: strict }',
    ],
  ])('%s do not reach the widget', async (_, css) => {
    const plain = await seen('');
    expect(plain.look.inside[0]).toContain('display: flex');
    expect((await seen(css)).look).toEqual(plain.look);
  });

  it('are not reached by the widget', async () => {
    const { shown } = await seen('');
    const bare = await here.visit({ html: hostPage('') });
    expect(await shown.page.evaluate(pageLook)).toEqual(await bare.page.evaluate(pageLook));
  });

  it('can put nothing over the widget that was there before it', async () => {
    const cover =
      '<div style="position: fixed; inset: 0; z-index: 2147483647; background: #0008">A banner</div>';
    const { open, ask, answered, words } = await here.visit({ html: hostPage(cover + here.tag()) });
    await open();
    await ask('Still there?');
    await answered();
    expect(await words()).toBe('You said: Still there?');
  });
});

describe('the scripts of a page', () => {
  it('may have added to the prototypes, and taken from them, and may use the widget’s name for something else', async () => {
    const additions = `<script>
      Array.prototype.each = function () {};
      Object.prototype.extend = function () {};
      String.prototype.strip = function () { return 'x' };
      // As in a browser that is two years old.
      delete URL.parse;
    </script><form id="ChatWidget"></form>`;
    const { page, open, ask, answered, words, host, problems } = await here.visit({
      html: hostPage(here.tag(), additions),
    });
    await open();
    await ask('First?');
    await answered();
    await ask('Second?');
    await answered();
    await page.reload();
    await open();
    expect(await words()).toBe('You said: Second?');
    expect(await host.locator('.message.own').count()).toBe(2);
    await page.evaluate('ChatWidget.close()');
    expect(problems).toEqual([]);
  });

  it('may exchange the whole body, as those that navigate without a new page do', async () => {
    const { page, open, ask, answered, words, launcher } = await here.visit();
    await open();
    await ask('Here?');
    await answered();
    await page.evaluate(
      `document.body.replaceWith(Object.assign(document.createElement('body'), { textContent: 'Another page' }))`,
    );
    await launcher.waitFor();
    await ask('And here?');
    await answered();
    expect(await words()).toBe('You said: And here?');
  });
});

describe('on a slow network', () => {
  it('the widget says that it is loading, can be closed by Escape meanwhile, and takes the focus when it is there', async () => {
    const { page, host, launcher, frame, field, problems } = await here.visit();
    await launcher.waitFor();
    await page.route('**/widget/v2/panel-*.js', async route => {
      await new Promise(resolve => setTimeout(resolve, 1_500));
      await route.continue();
    });
    await launcher.focus();
    await page.keyboard.press('Enter');
    await host.getByRole('status').getByText('Loading…').waitFor();
    await page.keyboard.press('Escape');
    expect(await frame.isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await field.and(page.locator(':focus')).waitFor();
    expect(problems).toEqual([]);
  });

  it('the button comes with its usual look though nobody says how it shall look', async () => {
    here.server.intercept = ({ call }) => call.endsWith('/config');
    const { launcher } = await here.visit();
    await launcher.waitFor();
    expect(await launcher.getAttribute('aria-label')).toBe('Open chat: Support');
  });

  it('that breaks, the widget says so, and comes when it is opened again', async () => {
    const { page, host, launcher, open, ask, answered, words } = await here.visit();
    await launcher.waitFor();
    await page.route('**/widget/v2/panel-*.js', route => route.abort());
    await launcher.click();
    await host.getByText('The chat could not be loaded. Close it and try again.').waitFor();
    await page.unroute('**/widget/v2/panel-*.js');
    await launcher.click();
    await open();
    await ask('Now?');
    await answered();
    expect(await words()).toBe('You said: Now?');
  });
});
