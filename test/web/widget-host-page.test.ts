import { describe, expect, it } from 'vitest';
import { accessibilityViolations, openPage } from '../support/browser.ts';
import { hostPage, startHostSite } from './host-pages.ts';
import { widgetOn } from './widget-page.ts';
import { key, widgetStage } from './widget-stage.ts';

const here = widgetStage();
const other = `pk_live_${'cd'.repeat(32)}`;

describe('a page of another site', () => {
  it('may have a content policy that allows the widget’s server alone, and trusts no type', async () => {
    const { origin } = here.server;
    const policy = `default-src 'none'; script-src ${origin}; connect-src ${origin}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`;
    here.server.answer = () => ({ chunks: ['A **bold** word, `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |'] });
    const { open, ask, answered, answer, frame, problems } = await here.visit({
      headers: { 'content-security-policy': policy },
    });
    await open();
    await ask('Anything?');
    await answered();
    expect(await answer.locator('strong').innerText()).toBe('bold');
    // The styles are there: a frame without them would be as wide as the page.
    expect(Math.round((await frame.boundingBox())?.width ?? 0)).toBe(380);
    expect(problems).toEqual([]);
  });

  it('may name the script by a nonce and trust what that loads', async () => {
    const policy = `default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'; connect-src ${here.server.origin}; img-src data:`;
    const { open, ask, answered, words, problems } = await here.visit({
      html: hostPage(here.tag(`data-api-key="${key}" nonce="abc"`)),
      headers: { 'content-security-policy': policy },
    });
    await open();
    await ask('Anything?');
    await answered();
    expect(await words()).toBe('You said: Anything?');
    expect(problems).toEqual([]);
  });

  it('keeps its keys: what is typed into the widget triggers no shortcut of the page', async () => {
    const listening =
      '<script>window.keys = 0; for (const type of ["keydown", "keypress", "keyup"]) addEventListener(type, () => keys++)</script>';
    const { page, open, field } = await here.visit({ html: hostPage(here.tag(), listening) });
    await open();
    await field.pressSequentially('s/?');
    expect(await page.evaluate('keys')).toBe(0);
    expect(await field.inputValue()).toBe('s/?');
  });

  it('may be in a frame that may store nothing', async () => {
    here.site.pages.set('/inner', { html: hostPage(here.tag()) });
    const { page, problems } = await here.visit({
      // A frame without an origin of its own: its storage is closed to it.
      html: hostPage(
        `<iframe id="in" sandbox="allow-scripts" src="/inner" width="900" height="700" title="inner"></iframe>`,
      ),
    });
    const inner = widgetOn(page.frameLocator('#in'));
    await inner.open();
    await inner.ask('From a frame?');
    await inner.answered();
    expect(await inner.words()).toBe('You said: From a frame?');
    await inner.ask('And again?');
    await inner.answered();
    const sessions = here.server.calls
      .filter(({ call }) => call.endsWith('/stream'))
      .map(({ body }) => body['sessionId']);
    expect(sessions).toHaveLength(2);
    expect(new Set(sessions).size).toBe(1);
    expect(problems).toEqual([]);
  });

  it('may be framed by a page of another site', async () => {
    const outer = await startHostSite();
    here.site.pages.set('/', { html: hostPage(here.tag()) });
    outer.pages.set('/', {
      html: hostPage(
        `<iframe id="in" src="${here.site.origin}/" width="900" height="700" title="inner"></iframe>`,
      ),
    });
    const { page, problems, close } = await openPage(here.browser, `${outer.origin}/`);
    const inner = widgetOn(page.frameLocator('#in'));
    await inner.open();
    await inner.ask('From a frame?');
    await inner.answered();
    expect(here.server.calls.at(-1)?.headers.origin).toBe(here.site.origin);
    await page.reload();
    await inner.open();
    expect(await inner.words()).toBe('You said: From a frame?');
    expect(problems).toEqual([]);
    await close();
    await outer.stop();
  });

  it('chooses the colour and the place by its tag', async () => {
    const { page, launcher, open, frame } = await here.visit(
      {
        html: hostPage(here.tag(`data-api-key="${key}" data-theme="#82002d" data-position="top-left"`)),
      },
      { reducedMotion: 'reduce' },
    );
    await launcher.waitFor();
    expect(await launcher.boundingBox()).toEqual({ x: 20, y: 20, width: 56, height: 56 });
    await open();
    expect(await frame.boundingBox()).toEqual({ x: 20, y: 88, width: 380, height: 520 });
    const colors = `['.launcher', '.head'].map(part =>
      getComputedStyle(document.querySelector('switchboard-widget').shadowRoot.querySelector(part)).backgroundColor)`;
    expect(await page.evaluate(colors)).toEqual(['rgb(130, 0, 45)', 'rgb(130, 0, 45)']);
  });

  it('may have two widgets, which know nothing of each other', async () => {
    const tags = here.tag() + here.tag(`data-api-key="${other}"`) + here.tag();
    const { page, host, problems } = await here.visit({ html: hostPage(tags) });
    const second = widgetOn(page, 'chat-widget-container-2');
    const first = widgetOn(page);
    await second.launcher.waitFor();
    expect(await page.locator('switchboard-widget').count()).toBe(2);
    const [lower, upper] = [await first.launcher.boundingBox(), await second.launcher.boundingBox()];
    expect((upper?.y ?? 0) + (upper?.height ?? 0)).toBeLessThan(lower?.y ?? 0);
    await page.evaluate(`ChatWidget.widgets['${other}'].sendPrompt('To the second')`);
    await second.answered();
    await page.evaluate(`ChatWidget.widgets['${other}'].close()`);
    await first.open();
    // Its button for sending lies where the second one has its own.
    await first.field.fill('To the first');
    await host.getByRole('button', { name: 'Send' }).click({ trial: true });
    expect(await host.locator('.message.own').count()).toBe(0);
    const asked = here.server.calls.filter(({ call }) => call.startsWith('POST'));
    expect(asked.map(({ headers }) => headers['x-api-key'])).toEqual([other]);
    const names: string[] = await page.evaluate('Object.keys(localStorage)');
    expect(names.filter(name => name.includes('messages'))).toEqual([`cc_messages.${other}`]);
    // The third tag has the first one's key.
    expect(problems.filter(text => !text.includes('on the page already'))).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it('uses the widget by its own script', async () => {
    const record =
      '<script>window.told = []; addEventListener("message", ({ data }) => told.push(data))</script>';
    const { page, host, frame, answered } = await here.visit({ html: hostPage(here.tag(), record) });
    await host.locator('.launcher').waitFor();
    const call = (script: string) => page.evaluate(script);
    expect(await call('ChatWidget.sendPrompt("   ")')).toBe(false);
    expect(await call('ChatWidget.sendPrompt("x".repeat(2001))')).toBe(false);
    await call('ChatWidget.open()');
    await frame.waitFor();
    await call('ChatWidget.toggle()');
    await frame.waitFor({ state: 'hidden' });
    const command = (name: string) =>
      `postMessage({ source: "chat-widget-loader", type: "COMMAND", command: "${name}", prompt: "By message" }, "/")`;
    await call(command('SEND_PROMPT'));
    await answered();
    expect(await host.locator('.message.own').innerText()).toContain('By message');
    await call(command('CLOSE_WIDGET'));
    await frame.waitFor({ state: 'hidden' });
    const told = (await call('told')) as (
      | string
      | { type?: string; reason?: string; width?: number; height?: number }
    )[];
    expect(told.filter(one => typeof one === 'string')).toEqual([
      'chat-opened',
      'chat-closed',
      'chat-opened',
      'chat-closed',
    ]);
    expect(told.find(one => typeof one === 'object' && one.reason === 'open')).toMatchObject({
      source: 'chat-widget',
      type: 'SIZE',
      width: 380,
      height: 520,
      expanded: false,
      fab: true,
      fullscreen: false,
    });
  });

  it('is the only one that may command: a frame in it may not', async () => {
    here.site.pages.set('/ad', {
      html: '<script>parent.postMessage({ source: "chat-widget-loader", type: "COMMAND", command: "OPEN_WIDGET" }, "*"); parent.postMessage("sent", "*")</script>',
    });
    const { page, frame, launcher } = await here.visit({ html: hostPage(here.tag()) });
    await launcher.waitFor();
    await page.evaluate(`new Promise(sent => {
      const ad = document.createElement('iframe');
      addEventListener('message', ({ data }) => data === 'sent' && sent());
      ad.src = '/ad';
      document.body.append(ad);
    })`);
    expect(await frame.isVisible()).toBe(false);
  });

  it('has a widget that everybody can use', async () => {
    here.server.settings = { quickPrompts: ['When are you open?'], primaryColor: '#ffe45c' };
    here.server.answer = () => ({
      chunks: ['See [1] and [the site](https://example.org/x).\n\n- one\n- two\n\n```\ncode\n```'],
      sources: [{ n: 1, title: 'A page', url: 'https://example.org/', excerpt: 'Words.' }],
    });
    const { page, open, ask, answered, host } = await here.visit();
    expect(await accessibilityViolations(page)).toEqual([]);
    await open();
    expect(await accessibilityViolations(page)).toEqual([]);
    await ask('Yes?');
    await answered();
    await host.locator('summary').click();
    expect(await accessibilityViolations(page)).toEqual([]);
    // What a screen reader says of the answer, once and whole.
    expect(await host.locator('.visually-hidden[role="status"]').innerText()).toBe(
      'See and the site. one; two code 1 source.',
    );
  });
});
