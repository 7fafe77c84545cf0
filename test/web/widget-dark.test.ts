import { describe, expect, it } from 'vitest';
import { accessibilityViolations } from '../support/browser.ts';
import { onPhone } from './chat-page.ts';
import { hostPage } from './host-pages.ts';
import { faintTexts } from './widget-contrast.ts';
import { widgetStage } from './widget-stage.ts';

const here = widgetStage();
const colors = (...selectors: string[]) => `${JSON.stringify(selectors)}.map(selector =>
  getComputedStyle(document.querySelector('switchboard-widget').shadowRoot.querySelector(selector)).backgroundColor)`;
const light = 'rgb(255, 255, 255)';
const dark = 'rgb(22, 30, 28)';

describe('the ground of the widget is as that of the page', () => {
  it.each([
    ['a page that says nothing', 'dark', '', light],
    ['a page that is dark', 'light', '<style>html { color-scheme: dark }</style>', dark],
    [
      'a page that can be both, for a reader who prefers dark',
      'dark',
      '<style>:root { color-scheme: light dark }</style>',
      dark,
    ],
    [
      'the same, for a reader who prefers light',
      'light',
      '<style>:root { color-scheme: light dark }</style>',
      light,
    ],
    ['a page that says so in its head', 'dark', '<meta name="color-scheme" content="light dark">', dark],
  ] as const)('%s', async (_, colorScheme, head, expected) => {
    const { page, open } = await here.visit({ html: hostPage(here.tag(), head) }, { colorScheme });
    await open();
    expect(await page.evaluate(colors('.frame', 'textarea'))).toEqual([expected, expected]);
  });

  it('also when it changes, and when its reader prefers something else', async () => {
    const { page, open } = await here.visit({}, { colorScheme: 'light' });
    await open();
    const ground = () => page.evaluate(colors('.frame')).then(String);
    expect(await ground()).toBe(light);
    await page.evaluate(`document.documentElement.style.colorScheme = 'light dark'`);
    expect(await ground()).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(ground).toBe(dark);
  });

  it('and light in a browser that does not know how to tell', async () => {
    const old = `<style>html { color-scheme: dark }</style><script>
      const supports = CSS.supports;
      CSS.supports = (...asked) => !asked.join().includes('light-dark') && supports.apply(CSS, asked);
    </script>`;
    const { page, open } = await here.visit({ html: hostPage(here.tag(), old) });
    await open();
    const sheets = `[...document.querySelector('switchboard-widget').shadowRoot.adoptedStyleSheets]
      .flatMap(sheet => [...sheet.cssRules]).map(rule => rule.cssText).join()`;
    expect(await page.evaluate(sheets)).not.toContain('light-dark');
    expect(await page.evaluate(colors('.frame', 'textarea'))).toEqual([light, light]);
  });
});

describe('all can be read, and the colour of the workspace stays', () => {
  const heads = {
    light: '',
    dark: '<style>html { color-scheme: dark; background: #101414; color: #ddd } a { color: #8cf }</style>',
  };

  it.each([
    ['light', '#ffe45c', {}],
    ['dark', '#ffe45c', {}],
    ['light', '#82002d', onPhone],
    ['dark', '#82002d', onPhone],
    ['dark', '#111111', {}],
  ] as const)('on a %s page, with %s', async (scheme, primaryColor, options) => {
    here.server.settings = { primaryColor, quickPrompts: ['When are you open?'], allowFileUpload: true };
    here.server.answer = question =>
      question === 'Why?'
        ? { chunks: ['x'], error: { code: 'STREAM_ERROR', message: 'Sorry, the answer failed.' } }
        : {
            chunks: ['See [1], `inline` and [the site](https://example.org/x).\n\n> said\n\n```\nblock\n```'],
            sources: [{ n: 1, title: 'A page', url: 'https://example.org/', excerpt: 'Words.' }],
          };
    const { page, open, ask, answered, host } = await here.visit(
      { html: hostPage(here.tag(), heads[scheme]) },
      { ...options, reducedMotion: 'reduce' },
    );
    const check = async (...expected: string[]) => {
      const { seen, faint } = await faintTexts(page);
      expect(seen).toEqual(expect.arrayContaining(expected));
      expect(faint).toEqual([]);
      expect(await accessibilityViolations(page)).toEqual([]);
    };
    await open();
    await check('Hi! How can I help?', 'When are you open?', 'Ask a question');
    await ask('Yes?');
    await answered();
    await host.locator('summary').click();
    const [red, green, blue] = [1, 3, 5].map(at => Number.parseInt(primaryColor.slice(at, at + 2), 16));
    const chosen = `rgb(${red}, ${green}, ${blue})`;
    expect(await page.evaluate(colors('.head', '.launcher', '.own .words'))).toEqual([
      chosen,
      chosen,
      chosen,
    ]);
    await check('Yes?', '1', 'inline', 'the site', 'said', 'block', '1 source', 'A page', 'Words.');
    await ask('Why?');
    await host.locator('.failed').waitFor();
    await page.context().setOffline(true);
    await host.getByText('You are offline.').waitFor();
    await check('Sorry, the answer failed.', 'Try again', 'You are offline.');
  });
});
