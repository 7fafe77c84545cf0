import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { siteDirectory } from '../../local/start/build-site.ts';
import { accessibilityViolations } from '../support/browser.ts';
import { onPhone } from './chat-page.ts';
import { count } from './chat-world.ts';
import { hostPage } from './host-pages.ts';
import { widgetStage } from './widget-stage.ts';

const here = widgetStage();

describe('a widget on a page of another site', () => {
  it('streams an answer with its sources', async () => {
    here.server.settings = {
      widgetName: 'Harbour desk',
      welcomeMessage: 'Ahoy!',
      quickPrompts: ['When are you open?'],
    };
    here.server.answer = () => ({
      chunks: ['We open **daily** ', 'at nine [1].\n\n', '- Sundays too'],
      apartMs: 50,
      sources: [
        { n: 1, title: 'Opening hours', url: 'https://example.org/hours', excerpt: 'From nine to five.' },
      ],
    });
    const { open, answered, words, host, problems } = await here.visit();
    await open();
    await host.getByText('Ahoy!').waitFor();
    await host.getByRole('button', { name: 'When are you open?' }).click();
    await answered();
    expect(await words()).toBe('We open daily at nine1. Sundays too');
    await host.locator('summary').click();
    expect(await host.getByRole('link', { name: 'Opening hours', exact: true }).getAttribute('href')).toBe(
      'https://example.org/hours',
    );
    expect(problems).toEqual([]);
  });
});

describe('on a phone', () => {
  it('the open widget takes the screen, holds the focus, and gives it back', async () => {
    const { page, open, frame, field, launcher, host } = await here.visit(
      {},
      { ...onPhone, reducedMotion: 'reduce' },
    );
    await open();
    expect(await frame.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    expect(await launcher.isVisible()).toBe(false);
    expect(await frame.getAttribute('aria-modal')).toBe('true');
    expect(await accessibilityViolations(page)).toEqual([]);
    const focused = () => page.evaluate('document.activeElement?.shadowRoot?.activeElement?.ariaLabel');
    await expect.poll(focused).toBe('Conversation');
    for (let i = 0; i < 7; i++) {
      await page.keyboard.press('Tab');
      expect(await focused()).not.toBeUndefined();
    }
    await field.focus();
    await page.keyboard.press('Escape');
    await frame.waitFor({ state: 'hidden' });
    expect(await host.evaluate(element => element.shadowRoot?.activeElement?.className)).toContain(
      'launcher',
    );
  });

  it('there is no widget where the workspace wants none', async () => {
    here.server.settings = { disableOnMobile: true };
    const record = `<script>window.told = []; addEventListener('message', ({ data }) => told.push(data))</script>`;
    const { page } = await here.visit(
      { html: hostPage(here.tag(), record) },
      { ...onPhone, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile' },
    );
    await expect
      .poll(() => page.evaluate('told'))
      .toMatchObject([{ source: 'chat-widget', type: 'SIZE', hidden: true, reason: 'mobile' }]);
    expect(await page.locator('switchboard-widget').count()).toBe(0);
  });
});

describe('with the keyboard', () => {
  it('the widget is opened, used and left, and the focus returns to where it came from', async () => {
    const { page, field, frame, answered, words, host } = await here.visit();
    await host.locator('.launcher').waitFor();
    await page.locator('#elsewhere').focus();
    await page.evaluate('ChatWidget.open()');
    await expect.poll(() => field.evaluate(element => element.matches(':focus'))).toBe(true);
    await page.keyboard.type('By keys');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('alone');
    await page.keyboard.press('Enter');
    await answered();
    expect(await words()).toBe('You said: By keys alone');
    await page.keyboard.press('Escape');
    await frame.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement?.id')).toBe('elsewhere');
  });

  it('and without motion for a reader who wants none', async () => {
    here.server.answer = () => ({ chunks: count(20).match(/\s*\S+/g) ?? [], apartMs: 50 });
    const { page, open, ask, answer } = await here.visit({}, { reducedMotion: 'reduce' });
    await open();
    await ask('Count');
    await answer.getByText('w3 ').waitFor();
    const moving = `document.querySelector('switchboard-widget').shadowRoot.getAnimations().filter(one => one.playState === 'running').length`;
    const running = await page.evaluate(moving);
    expect(running).toBe(0);
  });
});

describe('the files', () => {
  it('are small: the script 8 kB at most, with the panel 40 kB, gzipped', async () => {
    const folder = join(siteDirectory, 'widget/v2');
    const sizes = new Map<string, number>();
    for (const file of await readdir(folder))
      sizes.set(file, gzipSync(await readFile(join(folder, file))).length);
    expect([...sizes.keys()].filter(name => !name.startsWith('panel-'))).toEqual(['widget.js']);
    expect(sizes.get('widget.js')).toBeLessThanOrEqual(8_000);
    expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(40_000);
  });
});
